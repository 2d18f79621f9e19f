using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.Lines;

/// <summary>One transaction of the measured day. A struct without references: a million of them cost the collector nothing.</summary>
/// <param name="Second">Of the day, local time.</param>
/// <param name="FeeFen">Negative where it is given back.</param>
/// <param name="OriginalStan">Of a refund or reversal: its sale, on the same terminal and date; 0 for a sale.</param>
internal readonly record struct BenchmarkLine(
    int Terminal, int Stan, TransactionKind Kind, bool Credit, int Second, long AmountFen, long FeeFen, int OriginalStan, int OriginalSecond);

/// <summary>The lines of one date in the order of the file.</summary>
internal sealed record LineSet(DateOnly Date, BenchmarkLine[] Lines)
{
    public LineSet ShuffledAnew(int seed)
    {
        var lines = (BenchmarkLine[])Lines.Clone();
        new Random(seed).Shuffle(lines);
        return this with { Lines = lines };
    }
}
