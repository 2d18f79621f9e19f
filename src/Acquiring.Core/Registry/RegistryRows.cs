using Acquiring.Core.Pricing;

namespace Acquiring.Core.Registry;

/// <summary>A branch as the registry file says it. The parent is empty for the top.</summary>
public sealed record BranchRow(string BranchCode, string Name, string? ParentBranchCode)
{
    /// <summary>Reads all cells, so that all faults are found; <c>null</c> when there is any.</summary>
    public static BranchRow? Read(RegistryCells cells)
    {
        var row = new BranchRow(
            cells.BranchNumber(RegistryColumns.BranchCode),
            cells.Words(RegistryColumns.Name, RegistryCells.NameCharsMax),
            cells.OptionalBranchNumber(RegistryColumns.ParentBranchCode));
        return cells.AreGood ? row : null;
    }
}

/// <summary>A merchant and its price. Holds personal data in the clear: lives in memory only, until it is sealed, and prints nothing of it.</summary>
/// <param name="TradeName">As over the door; empty leaves what is known as it is.</param>
public sealed record MerchantRow(
    string MerchantNo, string Name, string Mcc, string BranchCode, string Township, string CreditCode, string SettlementAccount,
    FeeTerms Debit, FeeTerms Credit, string TradeName = "")
{
    /// <inheritdoc cref="BranchRow.Read"/>
    public static MerchantRow? Read(RegistryCells cells)
    {
        var row = new MerchantRow(
            cells.MerchantNumber(RegistryColumns.MerchantNo),
            cells.Words(RegistryColumns.Name, RegistryCells.NameCharsMax),
            cells.Mcc(RegistryColumns.Mcc),
            cells.BranchNumber(RegistryColumns.BranchCode),
            cells.Words(RegistryColumns.Township, RegistryCells.TownshipCharsMax, required: false),
            cells.CreditCode(RegistryColumns.CreditCode),
            cells.Account(RegistryColumns.SettlementAccount),
            new(cells.Percent(RegistryColumns.DebitRatePercent), cells.CapFen(RegistryColumns.DebitCapFen)),
            new(cells.Percent(RegistryColumns.CreditRatePercent), cells.CapFen(RegistryColumns.CreditCapFen)),
            cells.Words(RegistryColumns.TradeName, RegistryCells.NameCharsMax, required: false));
        return cells.AreGood ? row : null;
    }

    public override string ToString() => MerchantNo;
}

/// <summary>A terminal and whom it works for.</summary>
/// <param name="LastTransactionOn">Activity known before the first clearing file; empty when there was none.</param>
public sealed record TerminalRow(
    string TerminalNo, string MerchantNo, string SerialNo, string Model, DateOnly InstalledOn, DateOnly? LastTransactionOn,
    bool Spare, string InstallationAddress)
{
    /// <inheritdoc cref="BranchRow.Read"/>
    public static TerminalRow? Read(RegistryCells cells)
    {
        var row = new TerminalRow(
            cells.TerminalNumber(RegistryColumns.TerminalNo),
            cells.MerchantNumber(RegistryColumns.MerchantNo),
            cells.SerialNumber(RegistryColumns.SerialNo),
            cells.Words(RegistryColumns.Model, RegistryCells.ModelCharsMax),
            cells.Date(RegistryColumns.InstalledOn),
            cells.OptionalDate(RegistryColumns.LastTransactionOn),
            cells.Flag(RegistryColumns.Spare),
            cells.Words(RegistryColumns.InstallationAddress, RegistryCells.AddressCharsMax));
        return cells.AreGood ? row : null;
    }
}
