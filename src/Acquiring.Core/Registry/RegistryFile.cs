namespace Acquiring.Core.Registry;

/// <summary>The three files of a registry, in the order in which they depend on each other.</summary>
public enum RegistryFile
{
    Branches,
    Merchants,
    Terminals,
}

/// <summary>The columns of the three files. All must be there, in any order, but those of <see cref="OptionalOf"/>; a cell may be empty where its row type says so.</summary>
public static class RegistryColumns
{
    public const string BranchCode = "branch_code";
    public const string Name = "name";
    public const string ParentBranchCode = "parent_branch_code";
    public const string MerchantNo = "merchant_no";
    public const string TradeName = "trade_name";
    public const string Mcc = "mcc";
    public const string Township = "township";
    public const string CreditCode = "unified_social_credit_code";
    public const string SettlementAccount = "settlement_account";
    public const string DebitRatePercent = "debit_rate_percent";
    public const string DebitCapFen = "debit_cap_fen";
    public const string CreditRatePercent = "credit_rate_percent";
    public const string CreditCapFen = "credit_cap_fen";
    public const string TerminalNo = "terminal_no";
    public const string SerialNo = "serial_no";
    public const string Model = "model";
    public const string InstalledOn = "installed_on";
    public const string LastTransactionOn = "last_transaction_on";
    public const string Spare = "spare";
    public const string InstallationAddress = "installation_address";

    /// <summary>Of a blacklist: whatever kind of number or name it is.</summary>
    public const string ListedValue = "listed_value";

    /// <summary>Stands in an error for the row as a whole.</summary>
    public const string WholeRow = "row";

    private static readonly string[] s_branches = [BranchCode, Name, ParentBranchCode];

    private static readonly string[] s_merchants =
    [
        MerchantNo, Name, Mcc, BranchCode, Township, CreditCode, SettlementAccount,
        DebitRatePercent, DebitCapFen, CreditRatePercent, CreditCapFen,
    ];

    private static readonly string[] s_optionalOfMerchants = [TradeName];

    private static readonly string[] s_terminals =
    [
        TerminalNo, MerchantNo, SerialNo, Model, InstalledOn, LastTransactionOn, Spare, InstallationAddress,
    ];

    public static IReadOnlyList<string> Of(RegistryFile file) => file switch
    {
        RegistryFile.Branches => s_branches,
        RegistryFile.Merchants => s_merchants,
        RegistryFile.Terminals => s_terminals,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, null),
    };

    /// <summary>Columns that a file may lack.</summary>
    public static IReadOnlyList<string> OptionalOf(RegistryFile file) => file == RegistryFile.Merchants ? s_optionalOfMerchants : [];

    /// <summary>What a column holds is a person's: it is sealed, and no error ever repeats it.</summary>
    public static bool IsPersonal(string column) => column is CreditCode or SettlementAccount or ListedValue;
}
