using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Platform.Bulk;

/// <summary>One act on many records, as it was asked for.</summary>
/// <param name="Id">Made by the client; also the id of the operation.</param>
/// <param name="Kind">What it is done to, such as <c>merchants</c>; names the <see cref="IBulkTarget"/>.</param>
/// <param name="Request">What is done to each, as JSON of the target's own.</param>
public sealed record BulkOrder(Guid Id, string Kind, string Act, string Request, bool AllOrNothing, string Actor);

/// <param name="ItemNo">Its place in the request, from 1; of a filter, in the order of keys.</param>
/// <param name="Key">The record's number.</param>
/// <param name="Version">The version of the record that the act is based on.</param>
/// <param name="Part">What of the record is meant, where the act needs it (a hold); 0 is none.</param>
public sealed record BulkItem(int ItemNo, string Key, int Version, int Part = 0);

/// <summary>What became of an item: the record's version after the act, or why not.</summary>
public sealed record BulkOutcome(int ItemNo, int Version, Refusal? Refusal);

public enum BulkMode
{
    /// <summary>Judge and write nothing, without a lock.</summary>
    Preview,

    /// <summary>Do what can be done.</summary>
    Each,

    /// <summary>Judge all, and write only if none is refused.</summary>
    AllOrNothing,
}

/// <summary>Records that acts can be done to in bulk. A further kind of record joins by one of these.</summary>
internal interface IBulkTarget
{
    string Kind { get; }

    /// <summary>
    /// Judges the items and, as the mode says, does the act to those that are accepted: locks in the house's order, expected versions,
    /// history and events, all in the caller's transaction. It announces a changed registry as its last step.
    /// </summary>
    Task<IReadOnlyList<BulkOutcome>> TakeAsync(
        NpgsqlConnection connection, BulkOrder order, IReadOnlyList<BulkItem> items, BulkMode mode, CancellationToken cancellationToken);
}

/// <summary>Finds the items when the act begins, in its transaction; what it refuses is thrown.</summary>
internal delegate Task<IReadOnlyList<BulkItem>> BulkSelection(NpgsqlConnection connection, CancellationToken cancellationToken);
