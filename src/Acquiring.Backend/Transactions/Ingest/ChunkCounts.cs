using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>What one chunk adds to the report of its file.</summary>
internal readonly record struct ChunkCounts(
    int Posted, int Duplicates, int Held, int Sales, int Refunds, int Reversals, long GrossFen, long RefundFen, long FeeFen,
    int FeeDifferences, int Released)
{
    public static ChunkCounts Of(int fileId, IReadOnlyList<Candidate> candidates, Judgement judgement)
    {
        // Splitting earlier parts anew is caused by this file's lines, so that its fee stays fee × returned so far ÷ sold.
        var counts = new ChunkCounts { FeeFen = judgement.AdjustedFeeFen };
        foreach (var candidate in candidates)
        {
            counts = candidate.Outcome switch
            {
                Outcome.Posted => counts.WithMoney(candidate) with { Posted = counts.Posted + 1 },
                Outcome.Duplicate => counts with { Duplicates = counts.Duplicates + 1 },
                Outcome.Held => counts with { Held = counts.Held + 1 },
                _ => throw new InvalidOperationException($"line {candidate.LineNo} was left undecided"),
            };
        }

        foreach (var released in judgement.Released)
        {
            // A line of this file that waited in an earlier chunk counts as if its sale had come first. One of another file is not a line
            // of this report, but its money is: the reports of all files, in whatever order, add up to the journal.
            counts = released.FileId == fileId
                ? counts.WithMoney(released) with { Posted = counts.Posted + 1, Held = counts.Held - 1 }
                : counts.WithMoney(released) with { Released = counts.Released + 1 };
        }

        return counts;
    }

    private ChunkCounts WithMoney(Candidate candidate)
    {
        var row = candidate.Row!;
        var sale = row.Key.Kind == TransactionKind.Sale;
        return this with
        {
            Sales = Sales + (sale ? 1 : 0),
            Refunds = Refunds + (row.Key.Kind == TransactionKind.Refund ? 1 : 0),
            Reversals = Reversals + (row.Key.Kind == TransactionKind.Reversal ? 1 : 0),
            GrossFen = GrossFen + (sale ? row.AmountFen : 0),
            RefundFen = RefundFen + (sale ? 0 : row.AmountFen),
            FeeFen = FeeFen + row.FeeFen,
            FeeDifferences = FeeDifferences + (row.DeclaredFeeFen is null ? 0 : 1),
        };
    }
}
