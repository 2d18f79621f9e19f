using System.Collections.Concurrent;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform.Bulk;

/// <summary>
/// Does bulk acts, a chunk of items a transaction: the chunk's acts, their outcomes, an audit row. Killed anywhere, it leaves whole chunks;
/// asked again under the same id, it goes on with what waits, so nothing is done twice. It is an operation: followed and cancelled as one.
/// </summary>
internal sealed partial class BulkActs(
    NpgsqlDataSource database, IEnumerable<IBulkTarget> targets, OperationRegistry operations, OperationStore store, ChangeCounter changes,
    TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<BulkActs> logger)
{
    public const int ItemsMax = 10_000;
    public const string OperationKind = "bulk-act";

    /// <summary>A chunk holds the locks of the registry, and who posts online loads the registry anew after it: few and not too long.</summary>
    private const int ChunkMax = 500;

    /// <summary>So long a request waits for the end, to be answered with the outcomes at once.</summary>
    private static readonly TimeSpan s_waitMax = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, Lazy<Task>> _here = new();

    /// <summary>What would become of each item now; writes nothing.</summary>
    public async Task<IReadOnlyList<BulkOutcome>> PreviewAsync(
        BulkOrder order, BulkSelection items, Action<IReadOnlyList<BulkItem>> selected,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = await items(connection, cancellationToken);
        selected(found);
        return await TargetOf(order).TakeAsync(connection, order, found, BulkMode.Preview, cancellationToken);
    }

    /// <summary>
    /// Begins it, or finds it again by its id and goes on with what waits. Waits a while for its end; refuses an id that was used for
    /// another request, and what the selection is refused with.
    /// </summary>
    public async Task<Result<BulkActRow>> RunAsync(
        BulkOrder order, IdempotencyKey? key, byte[] fingerprint, BulkSelection items, CancellationToken cancellationToken)
    {
        if (!(await BeginAsync(order, key, fingerprint, items, cancellationToken)).Accepted(out var begun, out var refusal))
        {
            return refusal;
        }

        var id = begun.BulkActId;
        if (await FindAsync(id, cancellationToken) is { State: BulkActState.Running } row
            && (_here.ContainsKey(id) || !await IsUnderWayAsync(id, cancellationToken)))
        {
            // Whoever asks for it here waits for the same work.
            var work = _here.GetOrAdd(id, _ => new(() => Task.Run(() => FollowAsync(row), CancellationToken.None))).Value;
            await Task.WhenAny(work, Task.Delay(s_waitMax, clock, cancellationToken));
        }

        return (await FindAsync(id, cancellationToken))!;
    }

    public async Task<BulkActRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await BulkActStore.FindAsync(connection, id, locked: false, cancellationToken);
    }

    public async Task<IReadOnlyList<BulkItemRow>> ItemsAsync(Guid id, BulkItemState? state, int after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await BulkActStore.ItemsAsync(connection, id, state, after, limit, cancellationToken);
    }

    /// <summary>The act with its items, and the request's key that names it from then on, are written together.</summary>
    private async Task<Result<BulkActBegun>> BeginAsync(
        BulkOrder order, IdempotencyKey? key, byte[] fingerprint, BulkSelection items, CancellationToken cancellationToken)
    {
        var nowUtc = clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var first = await IdempotencyStore.TakeAsync<BulkActBegun>(connection, key, nowUtc, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } known)
        {
            return known;
        }

        if ((await BulkActStore.AddAsync(
                connection, order, fingerprint, () => items(connection, cancellationToken), nowUtc, cancellationToken)).Refusal is { } refusal)
        {
            return refusal;
        }

        var begun = new BulkActBegun(order.Id);
        await IdempotencyStore.AnswerAsync(connection, key, begun, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return begun;
    }

    private IBulkTarget TargetOf(BulkOrder order) => targets.Single(t => t.Kind == order.Kind);

    private async Task<bool> IsUnderWayAsync(Guid id, CancellationToken cancellationToken) =>
        await OperationEndpoints.FindAsync(operations, store, id, cancellationToken) is { IsEnded: false };

    private async Task FollowAsync(BulkActRow row)
    {
        var operation = new Operation(row.Order.Id, OperationKind, $"{row.Order.Kind}/{row.Order.Act}", clock, canCancel: true);
        operations.Add(operation);
        try
        {
            await operation.FollowAsync(async () =>
            {
                operation.Run(totalLines: row.Selected);
                operation.Advance(0, row.Done + row.Refused);
                await WorkAsync(operation, row.Order, lifetime.ApplicationStopping);
                var end = (await FindAsync(row.Order.Id, CancellationToken.None))!;
                return end.State == BulkActState.NothingDone
                    ? BulkRefusals.NothingDone(end.Refused)
                    : (Result<BulkActSummary>)new BulkActSummary(end.Selected, end.Done, end.Refused);
            });
        }
        catch (OperationCanceledException)
        {
            // The host stops: the rest waits for who asks again.
        }
        catch (Exception e)
        {
            LogFailed(logger, operation.Id, e);
        }
        finally
        {
            _here.TryRemove(row.Order.Id, out _);
        }
    }

    private async Task WorkAsync(Operation operation, BulkOrder order, CancellationToken stopping)
    {
        while (!await ChunkAsync(operation, order, stopping))
        {
            if (!operation.Cancelled.IsCancellationRequested)
            {
                continue;
            }

            await using var connection = await database.OpenConnectionAsync(stopping);
            await BulkActStore.EndAsync(connection, order.Id, BulkActState.Cancelled, clock.GetUtcNow().UtcDateTime, stopping);
            throw new OperationCanceledException(operation.Cancelled);
        }
    }

    /// <summary>Whether it was the last.</summary>
    private async Task<bool> ChunkAsync(Operation operation, BulkOrder order, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BulkActStore.FindAsync(connection, order.Id, locked: true, cancellationToken) is not { State: BulkActState.Running })
        {
            return true;
        }

        var rows = await BulkActStore.ItemsAsync(
            connection, order.Id, BulkItemState.Waiting, after: 0, order.AllOrNothing ? ItemsMax : ChunkMax, cancellationToken);
        var nowUtc = clock.GetUtcNow().UtcDateTime;
        if (rows.Count == 0)
        {
            await BulkActStore.EndAsync(connection, order.Id, BulkActState.Done, nowUtc, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }

        var mode = order.AllOrNothing ? BulkMode.AllOrNothing : BulkMode.Each;
        var outcomes = await TargetOf(order).TakeAsync(connection, order, [.. rows.Select(r => r.Item)], mode, cancellationToken);
        var refused = outcomes.Where(o => o.Refusal is not null).ToList();
        var isDone = !order.AllOrNothing || refused.Count == 0;
        await BulkActStore.SaveAsync(connection, order.Id, isDone ? outcomes : refused, cancellationToken);
        if (!isDone)
        {
            await BulkActStore.EndAsync(connection, order.Id, BulkActState.NothingDone, nowUtc, cancellationToken);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, $"bulk.{order.Kind}.{order.Act}", $"{order.Id}",
            new { done = isDone ? outcomes.Count - refused.Count : 0, refused = refused.Count, firstItem = rows[0].Item.ItemNo, lastItem = rows[^1].Item.ItemNo },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        operation.Advance(0, outcomes.Count);
        return !isDone;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bulk act {BulkActId} failed")]
    private static partial void LogFailed(ILogger logger, Guid bulkActId, Exception exception);
}

/// <summary>What a request's key stands for.</summary>
internal sealed record BulkActBegun(Guid BulkActId);

/// <summary>What a bulk act came to.</summary>
internal sealed record BulkActSummary(int Selected, int Done, int Refused);
