using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Removal.Run;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Refusals;
using Acquiring.Core.Removal;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Removal.Orders;

/// <summary>What an act leaves.</summary>
public sealed record RemovalRecord(
    long RemovalId, string TerminalNo, string MerchantNo, RemovalState State, bool LastMachine, Money Benefit, int Version)
{
    internal static RemovalRecord Of(StoredRemoval r) => new(r.Id, r.TerminalNo, r.MerchantNo, r.State, r.LastMachine, new(r.Benefit.Fen), r.Version);
}

/// <param name="OrderLastMachine">Of an acceptance: the merchant's last machine is fetched too.</param>
internal sealed record RemovalDecision(RemovalAct Act, int Version, string Why, bool OrderLastMachine, string Actor, IdempotencyKey? Key)
{
    public const int WhyCharsMax = 500;
}

/// <summary>Accepts or rejects a proposal. Accepted, the machine sells nothing from then on, in the same transaction.</summary>
public sealed class DecideRemoval(NpgsqlDataSource database, TakeTerminalStep steps, TimeProvider clock)
{
    private readonly WithdrawRemovals _withdraw = new(steps, clock);

    /// <summary>
    /// Refuses, in this order: why, a key used otherwise, an unknown removal, one whose machine sold meanwhile (it is withdrawn by that), an old version,
    /// an illegal step, what four eyes ask for, the merchant's last machine without being told so, what the machine's own step asks for.
    /// </summary>
    internal async Task<Result<RemovalRecord>> RunAsync(long id, RemovalDecision decision, CancellationToken cancellationToken)
    {
        if (Check(decision.Why) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sold = await WithdrawIfSoldAsync(connection, id, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<RemovalRecord>(connection, decision.Key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await TakeTerminalStep.LockRegistryAsync(connection, andJudging: decision.Act == RemovalAct.Accept, cancellationToken);
        if (await RemovalRows.LockAsync(connection, id, cancellationToken) is not { } before)
        {
            return RemovalRefusals.Unknown(id);
        }

        if (sold is { } on)
        {
            return RemovalRefusals.SoldAgain(before.TerminalNo, on);
        }

        if (before.Version != decision.Version)
        {
            return IfMatch.Stale(decision.Version, before.Version);
        }

        if (!RemovalStanding.Take(before.State, decision.Act).Accepted(out var state, out var illegal))
        {
            return illegal;
        }

        if (RemovalApproval.Missing(before, decision) is { } unapproved)
        {
            return unapproved;
        }

        StoredRemoval after;
        if (decision.Act == RemovalAct.Accept)
        {
            var isLast = await IsLastAsync(connection, before, cancellationToken);
            if (isLast && !decision.OrderLastMachine)
            {
                return RemovalRefusals.LastMachine(before.TerminalNo);
            }

            after = before.Next(state) with { LastMachine = isLast, ProposedOn = before.ProposedOn ?? BusinessTime.Today(clock) };
            var terminal = (await TerminalRows.LockAsync(connection, [before.TerminalNo], cancellationToken)).Single();
            var step = new TerminalStep(TerminalAct.OrderRemoval, terminal.Version, decision.Why, decision.Actor, Reason: TerminalReason.Idle);
            if ((await steps.TakeAsync(connection, null, before.TerminalNo, step, now, cancellationToken)).Refusal is { } refused)
            {
                return refused;
            }
        }
        else
        {
            after = before.End(state, BusinessTime.Today(clock), decision.Why);
        }

        await RemovalRows.UpdateAsync(connection, after, now, cancellationToken);
        await RemovalRows.TraceAsync(connection, before.State, after, decision.Act, decision.Why, decision.Actor, null, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, decision.Actor, $"removal.{RemovalRows.Word(decision.Act)}", $"{id}",
            new { after.Version, after.TerminalNo, after.LastMachine, decision.Why }, cancellationToken);
        var record = RemovalRecord.Of(after);
        await IdempotencyStore.AnswerAsync(connection, decision.Key, record, cancellationToken);
        if (decision.Act == RemovalAct.Accept)
        {
            await steps.AnnounceAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        steps.Tell();
        return record;
    }

    internal static Refusal? Check(string why) =>
        string.IsNullOrWhiteSpace(why) || why.Length > RemovalDecision.WhyCharsMax ? FollowUpRefusals.Text("why", RemovalDecision.WhyCharsMax)
        : CardLikeText.Has(why) ? FollowUpRefusals.CardInText("why")
        : null;

    /// <summary>In a transaction of its own, so that the refusal that follows does not take it back.</summary>
    /// <returns>When it sold; <c>null</c> when it did not.</returns>
    internal async Task<DateOnly?> WithdrawIfSoldAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        // A business date is at most a day ahead of the calendar's.
        var on = BusinessTime.Today(clock).AddDays(1);
        await using (var sold = new NpgsqlCommand(
            """
            select exists (select from removal r join day_volume_current v using (terminal_id)
                           where r.removal_id = $1 and r.state in ('proposed', 'ordered') and v.transaction_date > r.proposed_on and v.sales <> 0)
            """,
            connection))
        {
            RemovalRows.Add(sold, id);
            if (await sold.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return null;
            }
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var withdrawn = await _withdraw.RunAsync(connection, [id], on, null, machinesToo: true, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        steps.Tell();
        return withdrawn.Select(w => w.SoldOn).FirstOrDefault();
    }

    private static async Task<bool> IsLastAsync(NpgsqlConnection connection, StoredRemoval removal, CancellationToken cancellationToken)
    {
        // The machine itself is counted while it is kept, and not any more once it is proposed.
        var machines = (await RankBranch.MachinesAsync(connection, [removal.MerchantId], cancellationToken)).GetValueOrDefault(removal.MerchantId);
        return machines - (removal.State == RemovalState.Kept ? 1 : 0) <= 0;
    }
}

/// <summary>
/// The place of the second pair of eyes: once people sign in, an acceptance binds to a release by another person of exactly this removal and version.
/// Until then there is one operator, and nothing is missing.
/// </summary>
internal static class RemovalApproval
{
    public static Refusal? Missing(StoredRemoval removal, RemovalDecision decision) => removal.Version == decision.Version ? null : IfMatch.Stale(decision.Version, removal.Version);
}
