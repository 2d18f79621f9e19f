using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>What one chunk adds to the report of its file.</summary>
internal struct ChunkCounts
{
    public int Posted { get; private set; }

    public int Duplicates { get; private set; }

    public int Held { get; private set; }

    public int Sales { get; private set; }

    public int Refunds { get; private set; }

    public int Reversals { get; private set; }

    public long GrossFen { get; private set; }

    public long RefundFen { get; private set; }

    public long FeeFen { get; private set; }

    public int FeeDifferences { get; private set; }

    public int Released { get; private set; }

    public static ChunkCounts Of(int fileId, IReadOnlyList<Candidate> candidates, Judgement judgement)
    {
        // Splitting earlier parts anew is caused by this file's lines, so that its fee stays fee × returned so far ÷ sold.
        var counts = new ChunkCounts { FeeFen = judgement.AdjustedFeeFen };
        foreach (var candidate in candidates)
        {
            switch (candidate.Outcome)
            {
                case Outcome.Posted:
                    counts.AddPosted(candidate.Row!);
                    break;
                case Outcome.Duplicate:
                    counts.Duplicates++;
                    break;
                case Outcome.Held:
                    counts.Held++;
                    break;
                default:
                    throw new InvalidOperationException($"line {candidate.LineNo} was left undecided");
            }
        }

        foreach (var released in judgement.Released)
        {
            // A line of this file that waited in an earlier chunk counts as if its sale had come first. One of another file is not a line
            // of this report, but its money is: the reports of all files, in whatever order, add up to the journal.
            counts.AddMoney(released.Row!);
            if (released.FileId == fileId)
            {
                counts.Posted++;
                counts.Held--;
            }
            else
            {
                counts.Released++;
            }
        }

        return counts;
    }

    public void AddPosted(JournalRow row)
    {
        Posted++;
        AddMoney(row);
    }

    public void AddDuplicate() => Duplicates++;

    public readonly ChunkCounts Plus(ChunkCounts other) => new()
    {
        Posted = Posted + other.Posted,
        Duplicates = Duplicates + other.Duplicates,
        Held = Held + other.Held,
        Sales = Sales + other.Sales,
        Refunds = Refunds + other.Refunds,
        Reversals = Reversals + other.Reversals,
        GrossFen = GrossFen + other.GrossFen,
        RefundFen = RefundFen + other.RefundFen,
        FeeFen = FeeFen + other.FeeFen,
        FeeDifferences = FeeDifferences + other.FeeDifferences,
        Released = Released + other.Released,
    };

    private void AddMoney(JournalRow row)
    {
        switch (row.Key.Kind)
        {
            case TransactionKind.Sale:
                Sales++;
                GrossFen += row.AmountFen;
                break;
            case TransactionKind.Refund:
                Refunds++;
                RefundFen += row.AmountFen;
                break;
            default:
                Reversals++;
                RefundFen += row.AmountFen;
                break;
        }

        FeeFen += row.Fee.FeeFen;
        FeeDifferences += row.DeclaredFeeFen is null ? 0 : 1;
    }
}
