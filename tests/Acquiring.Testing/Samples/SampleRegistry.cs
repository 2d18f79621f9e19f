using System.Globalization;
using System.Text;

namespace Acquiring.Testing.Samples;

public sealed record SampleMerchant(
    string No, string Name, string Mcc, string Branch, string Township, string CreditCode, string Account,
    string DebitRatePercent, long? DebitCapFen, string CreditRatePercent, long? CreditCapFen)
{
    /// <summary>Half-up to the fen, then capped; rates have at most two decimals here.</summary>
    public long FeeOf(long amountFen, bool credit)
    {
        var hundredths = (long)(decimal.Parse(credit ? CreditRatePercent : DebitRatePercent, CultureInfo.InvariantCulture) * 100);
        var fee = ((amountFen * hundredths) + 5_000) / 10_000;
        return Math.Min(fee, (credit ? CreditCapFen : DebitCapFen) ?? long.MaxValue);
    }
}

/// <param name="Trades">Whether the generated files hold sales of it.</param>
public sealed record SampleTerminal(
    string No, SampleMerchant Merchant, string Model, DateOnly InstalledOn, DateOnly? LastTransactionOn, bool Spare, bool Trades);

/// <summary>The branch's registry, in the three files that are imported first.</summary>
public sealed class SampleRegistry
{
    public const string UnknownTerminalNo = "99999999";

    private static readonly string[] Branches = ["360702", "360781", "360731", "360732"];
    private static readonly string[] Townships = ["九堡镇", "岭背镇", "城关镇", "潋江镇", "", ""];
    private static readonly string[] Models = ["N86", "QM50", "M67", "A920"];

    private static readonly (string Mcc, string Kind, string Debit, long? DebitCap, string Credit, long? CreditCap)[] Trades =
    [
        ("5211", "建材", "0.78", null, "0.78", null), ("1520", "房地产", "1.25", 8000, "1.25", 8000),
        ("5947", "礼品", "0.60", 2000, "0.60", null), ("5331", "便利店", "0.60", 2000, "0.60", null),
        ("5411", "超市", "0.38", null, "0.38", null), ("5541", "加油站", "0.38", null, "0.38", null),
        ("5511", "汽车", "0.60", 8000, "0.60", 8000), ("5039", "批发", "0.78", 2600, "0.78", 2600),
        ("8062", "医院", "0", null, "0", null), ("7832", "影院", "0.60", 2000, "0.60", null),
    ];

    public required IReadOnlyList<SampleMerchant> Merchants { get; init; }

    public required IReadOnlyList<SampleTerminal> Terminals { get; init; }

    public static SampleRegistry Generate(SampleOptions options, Random random)
    {
        var merchants = Enumerable.Range(0, options.Merchants).Select(i => Merchant(i, random)).ToList();
        var lastDate = options.FirstDate.AddDays(options.Dates - 1);
        var terminals = Enumerable.Range(0, options.Terminals)
            .Select(i => Terminal(i, merchants[i < merchants.Count ? i : random.Next(merchants.Count)], options.FirstDate, lastDate, random))
            .ToList();
        return new SampleRegistry { Merchants = merchants, Terminals = terminals };
    }

    public byte[] BranchesCsv() => Csv(
        "branch_code,name,parent_branch_code",
        ["360700,赣州分行,", .. Branches.Select((code, i) => $"{code},第{i + 1}支行,360700")]);

    public byte[] MerchantsCsv() => Csv(
        "merchant_no,name,mcc,branch_code,township,unified_social_credit_code,settlement_account,"
        + "debit_rate_percent,debit_cap_fen,credit_rate_percent,credit_cap_fen",
        Merchants.Select(m => $"{m.No},{m.Name},{m.Mcc},{m.Branch},{m.Township},{m.CreditCode},{m.Account},"
                              + $"{m.DebitRatePercent},{m.DebitCapFen},{m.CreditRatePercent},{m.CreditCapFen}"));

    /// <param name="extra">A terminal that the files know and the registry did not.</param>
    public byte[] TerminalsCsv(SampleTerminal? extra = null) => Csv(
        "terminal_no,merchant_no,serial_no,model,installed_on,last_transaction_on,spare,installation_address",
        Terminals.Concat(extra is null ? [] : [extra]).Select(t =>
            $"{t.No},{t.Merchant.No},N86{t.No},{t.Model},{t.InstalledOn:yyyy-MM-dd},{t.LastTransactionOn:yyyy-MM-dd},"
            + $"{(t.Spare ? "true" : "false")},赣州市{t.No[4..]}号"));

    private static byte[] Csv(string header, IEnumerable<string> rows) =>
        Encoding.UTF8.GetBytes(string.Concat(rows.Prepend(header).Select(row => row + "\r\n")));

    private static SampleMerchant Merchant(int i, Random random)
    {
        var trade = Trades[i % Trades.Length];
        // The sequence may hold letters; every seventh merchant's does.
        var sequence = i % 7 == 6 ? $"A{i % 1000:D3}" : $"{i % 10_000:D4}";
        return new SampleMerchant(
            $"1023607{trade.Mcc}{sequence}", $"{trade.Kind}商户{i:D4}", trade.Mcc, Branches[random.Next(Branches.Length)],
            Townships[random.Next(Townships.Length)], $"91360700MA{Letters(random, 8)}", $"15{random.NextInt64(100_000_000_000_000_00):D17}",
            trade.Debit, trade.DebitCap, trade.Credit, trade.CreditCap);
    }

    /// <summary>Four of five terminals trade; each fifth is a boundary of an idle clock.</summary>
    private static SampleTerminal Terminal(int i, SampleMerchant merchant, DateOnly firstDate, DateOnly lastDate, Random random)
    {
        var no = $"{10_000_000 + i}";
        var model = Models[random.Next(Models.Length)];
        var installed = firstDate.AddDays(-random.Next(500, 1800));
        if (i % 5 != 4)
        {
            // A few that trade were idle for long until now, and a spare may trade too.
            var last = i % 15 == 3 ? firstDate.AddMonths(-14) : firstDate.AddDays(-random.Next(1, 40));
            return new SampleTerminal(no, merchant, model, installed, last, Spare: i % 23 == 7, Trades: true);
        }

        var monthEnd = new DateOnly(lastDate.Year, lastDate.Month, 1).AddMonths(-2).AddDays(-1);
        (DateOnly Installed, DateOnly? Last, bool Spare) silent = (i / 5 % 12) switch
        {
            0 => (installed, lastDate.AddMonths(-3), false),
            1 => (installed, lastDate.AddMonths(-3).AddDays(1), false),
            2 => (installed, lastDate.AddMonths(-12), false),
            3 => (installed, lastDate.AddMonths(-12).AddDays(1), false),
            4 => (installed, lastDate.AddMonths(-12).AddDays(-1), false),
            5 => (installed, lastDate.AddMonths(-8), true),
            6 => (lastDate.AddMonths(-3), null, false),
            7 => (lastDate.AddMonths(-3).AddDays(1), null, false),
            8 => (monthEnd, null, false),
            9 => (installed, lastDate.AddMonths(-3).AddDays(3), false),
            10 => (new DateOnly(lastDate.Year - 1, lastDate.Month, 1).AddDays(-1), null, false),
            _ => (installed, lastDate.AddMonths(-3).AddDays(-2), false),
        };
        return new SampleTerminal(no, merchant, model, silent.Installed, silent.Last, silent.Spare, Trades: false);
    }

    private static string Letters(Random random, int count) =>
        new(Enumerable.Range(0, count).Select(_ => "0123456789ABCDEFGHJKLMNPQRTUWXY"[random.Next(31)]).ToArray());
}
