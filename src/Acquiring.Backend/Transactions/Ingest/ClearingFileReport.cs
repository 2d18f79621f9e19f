using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// What became of a file. Each of its lines is in exactly one of posted, duplicates, held and malformed; a file that was interrupted and
/// finished later reports as if it had not been.
/// </summary>
/// <param name="State"><c>reading</c> (begun, not read to its end), <c>complete</c> or <c>withdrawn</c>.</param>
/// <param name="Lines">Lines that are neither header nor empty.</param>
/// <param name="Sales">Sales posted with this file; <paramref name="Refunds"/> and <paramref name="Reversals"/> likewise, those released included.</param>
/// <param name="Gross">Amounts of posted sales.</param>
/// <param name="Refund">Amounts of posted refunds and reversals.</param>
/// <param name="Fee">Fees of posted sales less fees given back.</param>
/// <param name="FeeDifferences">Posted sales whose declared fee is not ours.</param>
/// <param name="Released">Waiting refunds and reversals of other files that posted because their sale came with this one; in the
/// sums, but not among the lines of this file.</param>
/// <param name="RepeatOf">The file with the same bytes that had been complete before.</param>
public sealed record ClearingFileReport(
    int FileId, string File, DateOnly BusinessDate, string Format, string State, long Lines, long Posted, long Duplicates, long Held,
    long Malformed, long Sales, long Refunds, long Reversals, Money Gross, Money Refund, Money Fee, long FeeDifferences, long Released,
    long Bytes, int? RepeatOf, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    public long? ElapsedMs { get; init; }

    public long? LinesPerSecond { get; init; }

    public bool Resumed { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<MalformedLineView> MalformedLines { get; init; } = [];
}

/// <param name="Found">What stood there, shortened, without any card number.</param>
public sealed record MalformedLineView(long Line, string Field, string Code, string Text, string Found);
