using Acquiring.Benchmarks.Bank;
using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.Lines;

/// <summary>
/// Makes a day of trade: sales of all terminals in random order, debit and credit mixed, and each refund and reversal somewhere after
/// its sale. The same arguments always give the same lines.
/// </summary>
internal static class LineGenerator
{
    private const int TradingSeconds = 75_000;

    /// <param name="returnsShare">Refunds per line, and as many reversals.</param>
    public static LineSet Generate(BankRegistry registry, DateOnly date, int count, double returnsShare, int seed)
    {
        var random = new Random(HashOf(seed, date));
        var returns = (int)(count * returnsShare);
        var sales = count - (2 * returns);
        var lines = new BenchmarkLine[count];
        var places = new double[count];
        var lastStans = new int[registry.Terminals.Count];
        for (var i = 0; i < sales; i++)
        {
            var terminal = random.Next(registry.Terminals.Count);
            // From one yuan to ten thousand, small ones as often as large ones.
            var amountFen = (long)(100 * Math.Pow(10, 4 * random.NextDouble()));
            var credit = random.Next(2) == 0;
            var feeFen = registry.Prices[BankRegistry.MerchantOf(terminal)].FeeOf(amountFen, credit);
            lines[i] = new(
                terminal, ++lastStans[terminal], TransactionKind.Sale, credit, random.Next(TradingSeconds), amountFen, feeFen, 0, 0);
            places[i] = random.NextDouble();
        }

        for (var i = 0; i < 2 * returns; i++)
        {
            var sold = (int)((long)i * sales / (2 * returns));
            lines[sales + i] = GiveBack(lines[sold], i % 2 == 0, ++lastStans[lines[sold].Terminal], random);
            places[sales + i] = places[sold] + ((1 - places[sold]) * random.NextDouble());
        }

        Array.Sort(places, lines);
        return new LineSet(date, lines);
    }

    private static BenchmarkLine GiveBack(BenchmarkLine sale, bool whole, int stan, Random random)
    {
        var amountFen = whole ? sale.AmountFen : 1 + random.NextInt64(sale.AmountFen);
        // Fee × returned ÷ sold, half-up; one part a sale, so the parts need no order.
        var feeFen = ((2 * sale.FeeFen * amountFen) + sale.AmountFen) / (2 * sale.AmountFen);
        return sale with
        {
            Stan = stan,
            Kind = whole ? TransactionKind.Reversal : TransactionKind.Refund,
            Second = sale.Second + 1 + random.Next(3_600),
            AmountFen = amountFen,
            FeeFen = -feeFen,
            OriginalStan = sale.Stan,
            OriginalSecond = sale.Second,
        };
    }

    private static int HashOf(int seed, DateOnly date) => unchecked((seed * 397) ^ date.DayNumber);
}
