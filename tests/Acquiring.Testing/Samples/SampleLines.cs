namespace Acquiring.Testing.Samples;

/// <param name="Lines">The file's own lines, still in the order they were made.</param>
/// <param name="DayBefore">Lines of the date before, for a file that repeats some of them.</param>
public sealed record SampleDay(DateOnly Date, IReadOnlyList<SampleLine> Lines, IReadOnlyList<SampleLine> DayBefore);

/// <summary>Trades through the dates: sales, what is given back of them, the same day and later, whole and in parts.</summary>
public sealed class SampleLines(SampleOptions options, SampleRegistry registry, Random random)
{
    private static readonly long[] EdgeAmountsFen = [333_333, 128, 65, 640_000, 64];

    private readonly List<SampleTerminal> _trading = [.. registry.Terminals.Where(t => t.Trades)];
    private readonly Dictionary<string, int> _stans = new(StringComparer.Ordinal);
    private readonly List<SampleLine> _late = [];
    private List<SampleLine> _before = [];
    private (SampleLine Sale, long LeftFen)? _begun;

    public SampleDay Of(DateOnly date, bool tellsBatches)
    {
        var lines = new List<SampleLine>(_late);
        _late.Clear();
        var sales = Enumerable.Range(0, options.SalesPerDate).Select(_ => Sale(date)).ToList();
        lines.AddRange(sales);
        if (options.Refunds)
        {
            lines.AddRange(GiveBack(sales, date));
        }

        if (options.LateSales)
        {
            var late = Sale(date);
            late.GivenBack = true;
            _late.Add(late);
            lines.Add(Back(late, SampleKind.Reversal, late.AmountFen, date));
        }

        if (options.OversizedRefunds)
        {
            var sale = Pick(sales);
            lines.Add(Back(sale, SampleKind.Refund, sale.AmountFen + 1, date));
        }

        // A second batch stays out of what tomorrow repeats: without its batch it could not be told from the first.
        List<SampleLine> known = [.. lines];
        if (options.SecondBatches && tellsBatches)
        {
            var first = Pick(sales);
            first.GivenBack = true;
            known.Remove(first);
            lines.Add(first with { Batch = first.Batch + 1, AmountFen = first.AmountFen + 100, Reference = first.Reference + "2" });
        }

        var day = new SampleDay(date, lines, _before);
        _before = known;
        return day;
    }

    private IEnumerable<SampleLine> GiveBack(List<SampleLine> sales, DateOnly date)
    {
        var share = Math.Max(1, options.SalesPerDate / 130);
        for (var i = 0; i < share; i++)
        {
            var reversed = Pick(sales);
            yield return Back(reversed, SampleKind.Reversal, reversed.AmountFen, date);
            var refunded = Pick(sales);
            yield return Back(refunded, SampleKind.Refund, 1 + random.NextInt64(refunded.AmountFen), date);
        }

        // Three parts of one sale on one date, which together give back the whole.
        var parted = Pick(sales);
        var third = parted.AmountFen / 3;
        yield return Back(parted, SampleKind.Refund, third, date);
        yield return Back(parted, SampleKind.Refund, third, date);
        yield return Back(parted, SampleKind.Refund, parted.AmountFen - (2 * third), date);

        // A part on the next date, the rest on the date after: the order of the files must not move a fen between them.
        if (_begun is { } begun)
        {
            yield return Back(begun.Sale, SampleKind.Refund, begun.LeftFen, date);
        }

        _begun = null;
        var yesterdays = _before.Where(line => line is { Kind: SampleKind.Sale, GivenBack: false }).ToList();
        if (yesterdays.Count > 2)
        {
            var sale = Pick(yesterdays);
            var part = 1 + random.NextInt64(sale.AmountFen / 2);
            yield return Back(sale, SampleKind.Refund, part, date);
            _begun = (sale, sale.AmountFen - part);
            var reversed = Pick(yesterdays);
            yield return Back(reversed, SampleKind.Reversal, reversed.AmountFen, date);
        }
    }

    private SampleLine Pick(List<SampleLine> sales)
    {
        SampleLine sale;
        do
        {
            sale = sales[random.Next(sales.Count)];
        }
        while (sale.GivenBack);
        sale.GivenBack = true;
        return sale;
    }

    private SampleLine Sale(DateOnly date)
    {
        var terminal = _trading[random.Next(_trading.Count)];
        var amountFen = random.Next(5) < 3 ? 3 + (long)Math.Pow(10, random.NextDouble() * 6.3) : EdgeAmountsFen[random.Next(EdgeAmountsFen.Length)];
        var credit = random.Next(2) == 0;
        var at = date.ToDateTime(new TimeOnly(8, 0)).AddSeconds(random.Next(14 * 3600));
        var stan = NextStan(terminal.No);
        return new SampleLine(
            terminal.Merchant, terminal.No, 1, stan, at, SampleKind.Sale, amountFen, credit, MadeUpCards.Masked(random),
            Reference(date, terminal.No, stan), Original: null, terminal.Merchant.FeeOf(amountFen, credit));
    }

    private SampleLine Back(SampleLine sale, SampleKind kind, long amountFen, DateOnly date)
    {
        var stan = NextStan(sale.TerminalNo);
        var fee = ((2 * sale.DeclaredFeeFen * amountFen) + sale.AmountFen) / (2 * sale.AmountFen);
        return sale with
        {
            Stan = stan,
            At = date.ToDateTime(new TimeOnly(22, 0)),
            Kind = kind,
            AmountFen = amountFen,
            Reference = Reference(date, sale.TerminalNo, stan),
            Original = sale,
            DeclaredFeeFen = -fee,
        };
    }

    private int NextStan(string terminalNo)
    {
        var stan = _stans.TryGetValue(terminalNo, out var last) ? last % 999_999 + 1 : options.FirstStan;
        _stans[terminalNo] = stan;
        return stan;
    }

    private static string Reference(DateOnly date, string terminalNo, int stan) => $"{date:yyMMdd}{terminalNo}{stan:D6}";
}
