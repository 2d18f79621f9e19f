using Acquiring.Backend.FollowUp;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Redeploy;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Removal;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Removal.Run;

/// <summary>
/// Takes proposals and orders back by themselves: the machine sold after it was proposed, its task is over, or the order was taken back at the machine.
/// A machine whose removal was ordered is what it was before.
/// </summary>
internal sealed class WithdrawRemovals(TakeTerminalStep steps, TimeProvider clock)
{
    /// <summary>In one transaction, which holds the journal's lock.</summary>
    public const int AtOnceMax = 20;

    // A sale of a business date that no night has come to yet is not known to it, so that a night done late says the same.
    private const string DueSql =
        """
        select r.removal_id, sale.on_date, f.state <> 'open', t.state
        from removal r
        join follow_up f using (follow_up_id)
        join terminal t on t.terminal_id = r.terminal_id
        join merchant m on m.merchant_id = r.merchant_id
        left join lateral (
            select v.transaction_date as on_date from day_volume_current v
            where v.terminal_id = r.terminal_id and v.transaction_date > r.proposed_on and v.business_date <= $1
            group by v.transaction_date having sum(v.sales) > 0 order by v.transaction_date limit 1) sale on r.state in ('proposed', 'ordered')
        where r.state in ('waiting', 'kept', 'proposed', 'ordered')
          and (sale.on_date is not null or f.state <> 'open' or (r.state = 'ordered') <> (t.state = 'removalOrdered'))
        """;

    /// <summary>Of a night's part, which ranks the same branches afterwards.</summary>
    /// <param name="on">Sales of business dates up to it count.</param>
    public static async Task<List<long>> DueAsync(NpgsqlConnection connection, DateOnly on, int shard, int shards, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{DueSql} and {RankBranch.ShareSql} order by r.removal_id", connection) { CommandTimeout = 0 };
        RemovalRows.Add(command, on, shard, shards);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(reader.GetInt64(0));
        }

        return due;
    }

    /// <summary>In the transaction of the caller, who tells afterwards (<see cref="TakeTerminalStep.Tell"/>). What is not due any more is passed over.</summary>
    /// <param name="businessDate">Of a night; nothing when it was noticed by somebody's act.</param>
    /// <param name="machinesToo">A dry run leaves the machines alone, and needs no lock.</param>
    public async Task<List<(StoredRemoval Removal, RemovalWithdrawal Why, DateOnly? SoldOn)>> RunAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> ids, DateOnly on, DateOnly? businessDate, bool machinesToo, CancellationToken cancellationToken)
    {
        if (machinesToo)
        {
            await TakeTerminalStep.LockRegistryAsync(connection, andJudging: true, cancellationToken);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var withdrawn = new List<(StoredRemoval, RemovalWithdrawal, DateOnly?)>();
        var facts = new Dictionary<long, (DateOnly? SoldOn, bool TaskOver, string TerminalState)>();
        var removals = await RemovalRows.LockAsync(connection, "r.removal_id = any($1)", cancellationToken, ids.ToArray());
        await using (var command = new NpgsqlCommand($"{DueSql} and r.removal_id = any($2)", connection))
        {
            RemovalRows.Add(command, on);
            command.Parameters.Add(new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                facts[reader.GetInt64(0)] = (reader.IsDBNull(1) ? null : reader.GetFieldValue<DateOnly>(1), reader.GetBoolean(2), reader.GetString(3));
            }
        }

        foreach (var before in removals.Where(r => facts.ContainsKey(r.Id)))
        {
            var (soldOn, taskOver, state) = facts[before.Id];
            var why = soldOn is not null ? RemovalWithdrawal.SoldAgain : taskOver ? RemovalWithdrawal.TaskOver : RemovalWithdrawal.OrderTakenBack;
            var ended = businessDate ?? BusinessTime.Today(clock);
            var after = before.End(RemovalStanding.Take(before.State, RemovalAct.Withdraw).Value, ended, RemovalRows.Word(why));
            await RemovalRows.UpdateAsync(connection, after, now, cancellationToken);
            var told = soldOn is { } sold ? $"{after.EndedWhy} {sold:yyyy-MM-dd}" : after.EndedWhy!;
            await RemovalRows.TraceAsync(
                connection, before.State, after, RemovalAct.Withdraw, told, FollowUpWords.Night, businessDate, now, cancellationToken);
            if (machinesToo && before.State == RemovalState.Ordered && state == TerminalRefusals.Word(TerminalState.RemovalOrdered))
            {
                await CancelOrderAsync(connection, before, told, now, cancellationToken);
            }

            if (machinesToo)
            {
                await BindRedeployment.ReleaseAsync(connection, before.TerminalId, told, now, cancellationToken);
            }

            withdrawn.Add((after, why, soldOn));
        }

        if (machinesToo && withdrawn.Count > 0)
        {
            await steps.AnnounceAsync(connection, cancellationToken);
            await AuditLog.AppendAsync(
                connection, null!, clock, FollowUpWords.Night, "removal.withdraw", $"{on:yyyy-MM-dd}",
                new { removals = withdrawn.Select(w => w.Item1.Id).ToArray() }, cancellationToken);
        }

        return withdrawn;
    }

    private async Task CancelOrderAsync(NpgsqlConnection connection, StoredRemoval removal, string why, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var terminal = (await TerminalRows.LockAsync(connection, [removal.TerminalNo], cancellationToken)).Single();
        var step = new TerminalStep(TerminalAct.CancelRemoval, terminal.Version, why, FollowUpWords.Night);
        _ = (await steps.TakeAsync(connection, null, removal.TerminalNo, step, nowUtc, cancellationToken)).Value;
    }
}
