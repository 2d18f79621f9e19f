using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Removal.Orders;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.Merchants;
using Acquiring.Core.Redeploy;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Acquiring.Core.WorkTerms;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Redeploy;

/// <param name="TerminalNo">The machine that is chosen.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record BindRedeploymentRequest(string? TerminalNo, string? Why);

/// <param name="DistanceMetres">From the premises it is fetched from; nothing where either place is unknown.</param>
/// <param name="Saved">What a new machine would have cost.</param>
/// <param name="Version">Of the work order.</param>
public sealed record RedeploymentRecord(
    long RedeploymentId, long WorkOrderId, string TerminalNo, MachineSource Source, int? DistanceMetres, Money Saved, int Version);

/// <summary>Binds a free machine to an order that waits for one.</summary>
internal sealed class BindRedeployment(NpgsqlDataSource database, RedeployFacts facts, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: why, a key used otherwise, an order that does not wait for a machine, an old version, a machine that is unknown or not free,
    /// one of another model.
    /// </summary>
    public async Task<Result<RedeploymentRecord>> RunAsync(
        long workOrderId, BindRedeploymentRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (DecideRemoval.Check(request.Why ?? "") is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<RedeploymentRecord>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await LockAsync(connection, workOrderId, request.TerminalNo ?? "", cancellationToken);
        if ((await facts.OrdersAsync(connection, workOrderId, cancellationToken)).FirstOrDefault() is not { } order)
        {
            return Refusal.Of(RefusalKind.NotFound, "redeploy.no-waiting-order", new Detail("workOrderId", $"{workOrderId}"));
        }

        if (order.Version != version)
        {
            return IfMatch.Stale(version, order.Version);
        }

        if (!TerminalNo.TryParse(request.TerminalNo ?? "", out var no))
        {
            return TerminalRefusals.Unknown(CardLikeText.Has(request.TerminalNo ?? "") ? "…" : request.TerminalNo is { Length: <= 40 } given ? given : "…");
        }

        if ((await facts.MachinesAsync(connection, [order.Order.Model], no.Text, cancellationToken)).FirstOrDefault() is not { } machine)
        {
            return Refusal.Of(RefusalKind.Conflict, "redeploy.machine-not-free", new Detail("terminalNo", no.Text), new Detail("model", order.Order.Model));
        }

        var match = MatchMachines.Match(order.Order, machine.Machine);
        var terms = await WorkTermsOnDate.LoadAsync(connection, BusinessTime.Today(clock), cancellationToken);
        var saved = terms.Of(WorkTerm.NewMachineFen, order.Order.Branch);
        var id = await InsertAsync(connection, match, machine, saved, request.Why!, actor, now, cancellationToken);
        var record = new RedeploymentRecord(id, workOrderId, no.Text, machine.Machine.Source, match.Metres, new(saved), version + 1);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "redeployment.bind", $"{workOrderId}", new { record.TerminalNo, saved, request.Why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "redeployment.bind", $"{id}", 1,
            new { record.RedeploymentId, record.WorkOrderId, record.TerminalNo, source = MerchantRefusals.Word(record.Source), savedFen = saved, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, record, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return record;
    }

    /// <summary>
    /// A machine whose removal was withdrawn stays where it is: its order waits again. In the transaction of the withdrawal.
    /// </summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, int terminalId, string why, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with released as (
                update redeployment set released_at = $2, released_why = $3 where terminal_id = $1 and released_at is null returning work_order_id
            )
            update work_order w set version = w.version + 1 from released r where w.work_order_id = r.work_order_id and w.state = 'open'
            """,
            connection);
        command.Parameters.Add(new() { Value = terminalId });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = why });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The order, then the machine; two who choose the same wait for each other.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, long workOrderId, string terminalNo, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock($1)") { Parameters = { new() { Value = DatabaseLocks.RegistryImport } } },
                new("select from work_order where work_order_id = $1 for update") { Parameters = { new() { Value = workOrderId } } },
                new("select from terminal where terminal_no = $1 for update") { Parameters = { new() { Value = terminalNo } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> InsertAsync(
        NpgsqlConnection connection, MachineMatch match, StoredMachine machine, long savedFen, string why, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with bound as (update work_order set version = version + 1 where work_order_id = $1)
            insert into redeployment (work_order_id, terminal_id, source, saved_fen, why, actor, at, removal_id, distance_metres)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            returning redeployment_id
            """,
            connection);
        foreach (var value in (object[])[match.Order.WorkOrderId, machine.TerminalId, MerchantRefusals.Word(match.Machine.Source), savedFen, why, actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new() { Value = (object?)machine.RemovalId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)match.Metres ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
