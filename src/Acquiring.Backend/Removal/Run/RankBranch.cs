using Acquiring.Backend.FollowUp;
using Acquiring.Backend.Platform;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.Removal;
using Acquiring.Core.WorkTerms;
using Npgsql;

namespace Acquiring.Backend.Removal.Run;

/// <summary>A machine that may be proposed, with the removal that waits for it or is kept, if there is one.</summary>
internal sealed record FoundCandidate(RemovalCandidate Candidate, long FollowUpId, int TerminalId, string MerchantNo, int Round, StoredRemoval? Present);

/// <summary>Ranks the machines of one branch for a night and proposes within its budget, in one transaction. Done again, it changes nothing.</summary>
internal sealed class RankBranch(TimeProvider clock)
{
    /// <summary>A machine whose order a person took back or rejected is not proposed again for the same finding; one that sold is, after some time.</summary>
    private const string CandidatesSql =
        """
        select f.follow_up_id, f.terminal_id, t.terminal_no, f.merchant_id, m.merchant_no, f.since, coalesce(last.round, 0), live.removal_id, coalesce(c.fen, 0)
        from follow_up f
        join terminal t using (terminal_id)
        join merchant m using (merchant_id)
        left join lateral (select r.* from removal r where r.follow_up_id = f.follow_up_id order by r.round desc limit 1) last on true
        left join removal live on live.terminal_id = f.terminal_id and live.state in ('waiting', 'kept', 'proposed', 'ordered')
        left join lateral (
            select sum(v.fee_fen - v.issuer_fee_fen - v.network_fee_fen)::bigint as fen from day_volume v
            where v.terminal_id = f.terminal_id and v.merchant_id = f.merchant_id and v.transaction_date > ($2::date - interval '12 months') and v.transaction_date <= $2
              and v.business_date <= $2) c on true
        where f.state = 'open' and f.kind in ('recover', 'proposeRemoval') and m.branch_code = $1 and t.state <> 'removalOrdered' and not t.spare
          and (live.removal_id is null or live.state in ('waiting', 'kept') and live.follow_up_id = f.follow_up_id)
          and (live.removal_id is not null or last.removal_id is null or last.state = 'withdrawn'
               and (last.ended_why = 'taskOver' or last.ended_why = 'soldAgain' and last.ended_on + $3::integer <= $2))
        order by f.follow_up_id
        """;

    /// <summary>Whose branch belongs to part <c>$2</c> of <c>$3</c>.</summary>
    public const string ShareSql = "(hashtext(m.branch_code) & 1048575) % $3 = $2";

    /// <summary>The branches of a night that have something to rank.</summary>
    public static async Task<List<string>> BranchesAsync(NpgsqlConnection connection, int shard, int shards, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select distinct m.branch_code collate "C" as code
            from follow_up f join merchant m using (merchant_id)
            where f.state = 'open' and f.kind in ('recover', 'proposeRemoval') and (hashtext(m.branch_code) & 1048575) % $2 = $1
            order by code
            """,
            connection);
        RemovalRows.Add(command, shard, shards);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var branches = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            branches.Add(reader.GetString(0));
        }

        return branches;
    }

    /// <returns>What changed: the machine and its state now.</returns>
    public async Task<List<StoredRemoval>> RunAsync(
        NpgsqlConnection connection, string branch, DateOnly on, WorkTermsOnDate terms, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var found = await CandidatesAsync(connection, branch, on, terms, cancellationToken);
        var machines = await MachinesAsync(connection, [.. found.Select(f => f.Candidate.MerchantId).Distinct()], cancellationToken);
        var budget = terms.Of(WorkTerm.RemovalsPerNight, branch) - await ProposedAsync(connection, branch, on, cancellationToken);
        var byTerminal = found.ToDictionary(f => f.Candidate.TerminalNo, StringComparer.Ordinal);
        var changed = new List<StoredRemoval>();
        foreach (var ranked in RankRemovals.Of(found.Select(f => f.Candidate), machines, Math.Max(0, budget)))
        {
            var candidate = byTerminal[ranked.Candidate.TerminalNo];
            var present = candidate.Present;
            var next = (present ?? New(candidate, branch, on)) with
            {
                State = ranked.State, Rank = ranked.Rank, LastMachine = ranked.State == RemovalState.Kept, Benefit = ranked.Candidate.Benefit, BranchCode = branch,
                ProposedOn = ranked.State == RemovalState.Proposed ? on : null,
            };
            if (next == present)
            {
                continue;
            }

            var isAct = present?.State != next.State;
            if (present is null)
            {
                next = await RemovalRows.InsertAsync(connection, next, now, cancellationToken);
            }
            else
            {
                // A rank and its numbers are no decision: they change by night without another version.
                next = isAct ? next with { Version = present.Version + 1 } : next;
                await RemovalRows.UpdateAsync(connection, next, now, cancellationToken);
            }

            if (isAct)
            {
                var act = next.State switch { RemovalState.Proposed => RemovalAct.Propose, RemovalState.Kept => RemovalAct.Keep, _ => RemovalAct.Wait };
                var why = next.State == RemovalState.Kept ? "lastMachine" : $"benefit {next.Benefit.Fen}, rank {next.Rank?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}";
                await RemovalRows.TraceAsync(connection, present?.State, next, act, why, FollowUpWords.Night, on, now, cancellationToken);
                changed.Add(next);
            }
        }

        if (changed.Count > 0)
        {
            await AuditLog.AppendAsync(
                connection, null!, clock, FollowUpWords.Night, "removal.rank", $"{on:yyyy-MM-dd}",
                new { branch, changes = changed.GroupBy(c => c.State).ToDictionary(g => RemovalRows.Word(g.Key), g => g.Count()) }, cancellationToken);
        }

        return changed;
    }

    private static StoredRemoval New(FoundCandidate c, string branch, DateOnly on) => new(
        0, c.FollowUpId, c.Round + 1, c.TerminalId, c.Candidate.TerminalNo, c.Candidate.MerchantId, c.MerchantNo, branch, RemovalState.Waiting, null, on, null, null,
        null, false, c.Candidate.Benefit, 1);

    private static async Task<List<FoundCandidate>> CandidatesAsync(
        NpgsqlConnection connection, string branch, DateOnly on, WorkTermsOnDate terms, CancellationToken cancellationToken)
    {
        var live = (await RemovalRows.LockAsync(
            connection, "r.state in ('waiting', 'kept') and m.branch_code = $1", cancellationToken, branch)).ToDictionary(r => r.Id);
        var (rent, sim) = (terms.Of(WorkTerm.RentFenPerMonth, branch), terms.Of(WorkTerm.SimFenPerMonth, branch));
        await using var command = new NpgsqlCommand(CandidatesSql, connection) { CommandTimeout = 0 };
        RemovalRows.Add(command, branch, on, (int)terms.Of(WorkTerm.ProposeRemovalDays, branch));
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FoundCandidate>();
        while (await r.ReadAsync(cancellationToken))
        {
            if (!r.IsDBNull(7) && !live.ContainsKey(r.GetInt64(7)))
            {
                // Decided by somebody between the two statements.
                continue;
            }

            found.Add(new(
                new(r.GetString(2), r.GetInt32(3), r.GetFieldValue<DateOnly>(5), RemovalBenefit.Of(rent, sim, r.GetInt64(8))), r.GetInt64(0), r.GetInt32(1),
                r.GetString(4), r.GetInt32(6), r.IsDBNull(7) ? null : live[r.GetInt64(7)]));
        }

        return found;
    }

    /// <summary>What else works for a merchant: no spare, nothing that is proposed, ordered, or on its way out otherwise.</summary>
    public static async Task<Dictionary<int, int>> MachinesAsync(NpgsqlConnection connection, int[] merchants, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select b.merchant_id, count(*)::integer
            from terminal_binding b
            join terminal t using (terminal_id)
            where b.merchant_id = any($1) and b.valid_to = 'infinity' and t.kind = 'pos' and not t.spare and t.state <> 'removalOrdered'
              and not exists (select from removal r where r.terminal_id = t.terminal_id and r.state in ('proposed', 'ordered'))
            group by 1
            """,
            connection);
        RemovalRows.Add(command, (object)merchants);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var machines = new Dictionary<int, int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            machines.Add(reader.GetInt32(0), reader.GetInt32(1));
        }

        return machines;
    }

    private static async Task<long> ProposedAsync(NpgsqlConnection connection, string branch, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*) from removal where branch_code = $1 and proposed_on = $2", connection);
        RemovalRows.Add(command, branch, on);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
