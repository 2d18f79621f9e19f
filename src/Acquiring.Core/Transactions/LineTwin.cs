using Acquiring.Core.Clearing;

namespace Acquiring.Core.Transactions;

/// <summary>
/// Decides whether two lines of the same merchant, terminal, STAN, transaction date and kind are the same transaction (domain §5).
/// Equal batches say yes. Where one line's format has no batch, it matches any batch, with the reference as a cross-check: two
/// references of the same form that differ are two transactions (a terminal that began a new batch, and its STAN anew, on one day).
/// References of different forms prove nothing, since formats number the same transaction differently.
/// </summary>
public static class LineTwin
{
    public static bool IsSame(int batch, ReadOnlySpan<char> reference, int otherBatch, ReadOnlySpan<char> otherReference)
    {
        if (batch >= 0 && otherBatch >= 0)
        {
            return batch == otherBatch;
        }

        var comparable = reference.Length > 0 && reference.Length == otherReference.Length;
        return !comparable || reference.SequenceEqual(otherReference);
    }

    /// <summary>
    /// The batch to store for a line without one, when other lines without a batch are there that are not its twins: -1, else -2 and so
    /// on, so that the journal's key stays unique.
    /// </summary>
    public static int FreeAbsentBatch(IEnumerable<int> takenBatches)
    {
        var lowest = 0;
        foreach (var taken in takenBatches)
        {
            lowest = Math.Min(lowest, taken);
        }

        return lowest + ClearingLine.NoBatch;
    }
}
