using System.Text;
using Acquiring.Acceptance.Running;

namespace Acquiring.Acceptance.Pricing;

/// <summary>A sale of the test's file, and what was refunded of it.</summary>
internal sealed record PricedLine(bool IsCredit, long AmountFen, long RefundedFen = 0);

/// <summary>A share of an amount in percent, with a cap; computed in decimals, as a person would.</summary>
internal readonly record struct PercentWithCap(decimal Percent, long CapFen = long.MaxValue)
{
    public long Of(long amountFen) => Math.Min(CapFen, (long)Math.Round(amountFen * Percent / 100, MidpointRounding.AwayFromZero));

    /// <summary>What stays of the share when a part of the sale was given back.</summary>
    public long LessRefund(PricedLine line) =>
        Of(line.AmountFen) - (long)Math.Round((decimal)Of(line.AmountFen) * line.RefundedFen / line.AmountFen, MidpointRounding.AwayFromZero);
}

/// <summary>A price of each kind of card.</summary>
internal readonly record struct TwoPrices(PercentWithCap Debit, PercentWithCap Credit)
{
    public long SumOf(IEnumerable<PricedLine> lines)
    {
        var (debit, credit) = (Debit, Credit);
        return lines.Sum(l => (l.IsCredit ? credit : debit).LessRefund(l));
    }
}

/// <summary>
/// A bank with one restaurant (MCC 5812, a standard merchant in every tariff since 2016) at 0.60 %, at most 20.00, for debit cards and
/// 0.70 % for credit cards. It sold on two dates of the last weeks, so that both lie in the last 12 months whenever the test runs.
/// </summary>
internal sealed class OneMerchant(Site site)
{
    public const string No = "102360758120001";

    private const string Terminal = "10000077";

    public static readonly TwoPrices Booked = new(new(0.60m, 2000), new(0.70m));

    /// <summary>Standard merchants: 2016 (tariff 2), and since 2021 (tariffs 3 and 4).</summary>
    public static readonly TwoPrices Issuer2016 = new(new(0.35m, 1300), new(0.45m));
    public static readonly TwoPrices Network2016 = new(new(0.0325m, 325), new(0.0325m, 325));
    public static readonly TwoPrices IssuerNow = new(new(0.315m, 1300), new(0.45m));
    public static readonly TwoPrices NetworkNow = new(new(0.02925m, 325), new(0.0325m, 325));

    /// <summary>Halves of a fen, a cap of the fee, of the issuer and of the network, and a refund of a third.</summary>
    public static readonly IReadOnlyList<PricedLine> Lines =
        [new(false, 12_345), new(false, 1_000_000), new(true, 2_000_000), new(true, 9_999, RefundedFen: 3_333), new(false, 1)];

    public static DateOnly LastDate { get; } = Today().AddDays(-2);

    public static DateOnly FirstDate { get; } = LastDate.AddDays(-10);

    /// <summary>Imports the bank and takes its two files in: the first three lines on the first date, the rest on the last.</summary>
    public async Task PostAsync()
    {
        var merchant = Row("merchants.csv", No).Split(',')[..^4];
        var branches = Path.Combine(BankSamples.Directory, "branches.csv");
        var merchants = site.Write("merchants.csv", Bytes(Header("merchants.csv"), $"{string.Join(',', merchant)},0.60,2000,0.70,"));
        var terminal = Row("terminals.csv", No).Split(',');
        terminal[0] = Terminal;
        var terminals = site.Write("terminals.csv", Bytes(Header("terminals.csv"), string.Join(',', terminal)));
        (await site.RunAsync("import", "--branches", branches, "--merchants", merchants, "--terminals", terminals)).ShouldBeDone();
        await IngestAsync(FirstDate, Lines.Take(3), 1);
        await IngestAsync(LastDate, Lines.Skip(3), 11);
    }

    private async Task IngestAsync(DateOnly date, IEnumerable<PricedLine> lines, int stan)
    {
        var rows = new List<string>
        {
            "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen",
        };
        foreach (var line in lines)
        {
            var reference = $"{date:yyMMdd}{stan:D6}";
            rows.Add(Line(date, stan++, "sale", line.AmountFen, line.IsCredit, reference, ""));
            if (line.RefundedFen > 0)
            {
                rows.Add(Line(date, stan++, "refund", line.RefundedFen, line.IsCredit, $"R{reference}", reference));
            }
        }

        var path = site.Write($"clearing_{date:yyyyMMdd}_fen.csv", Bytes([.. rows]));
        (await site.IngestOneAsync(path)).Posted.ShouldBe(rows.Count - 1);
    }

    private static string Line(DateOnly date, int stan, string kind, long amountFen, bool isCredit, string reference, string original) =>
        $"{No},{Terminal},000001,{stan:D6},{date:yyyy-MM-dd}T12:{stan:D2}:00+08:00,{kind},{amountFen},{(isCredit ? "credit" : "debit")},,{reference},{original},";

    private static string Header(string file) => File.ReadLines(Path.Combine(BankSamples.Directory, file)).First();

    private static string Row(string file, string merchantNo) =>
        File.ReadLines(Path.Combine(BankSamples.Directory, file)).First(line => line.Contains(merchantNo, StringComparison.Ordinal));

    private static byte[] Bytes(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime);
}
