using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.FollowUp.Tasks;

/// <param name="Owner">Of a reassignment: the code of an account manager.</param>
/// <param name="Result">Of a completion.</param>
internal sealed record FollowUpOrder(
    FollowUpAct Act, int Version, string Why, string Actor, IdempotencyKey? Key, string? Owner = null, FollowUpResult? Result = null)
{
    public const int WhyCharsMax = 500;
}

/// <summary>What an act leaves.</summary>
public sealed record FollowUpRecord(
    long FollowUpId, FollowUpKind Kind, string TerminalNo, string MerchantNo, FollowUpState State, string? Result, string? Owner, DateOnly DueOn, int Version);

/// <summary>
/// People's acts on a task: reassign, complete, cancel. A re-verification's result goes on to the machine in the same transaction: passed ends its
/// watch, failed suspends it, where that is legal.
/// </summary>
public sealed class TakeFollowUpAct(NpgsqlDataSource database, TakeTerminalStep steps, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: why, a key used otherwise, an unknown task, an old version, a task that is over or is not done by hand or so, an
    /// unknown owner. Repeated under its key, it answers as the first time.
    /// </summary>
    internal async Task<Result<FollowUpRecord>> RunAsync(long id, FollowUpOrder order, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(order.Why) || order.Why.Length > FollowUpOrder.WhyCharsMax)
        {
            return FollowUpRefusals.Text("why", FollowUpOrder.WhyCharsMax);
        }

        if (CardLikeText.Has(order.Why))
        {
            return FollowUpRefusals.CardInText("why");
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<FollowUpRecord>(connection, order.Key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        // Before the first row: the machine may have to be suspended.
        await TakeTerminalStep.LockRegistryAsync(connection, andJudging: order.Result == FollowUpResult.Failed, cancellationToken);
        if (await FollowUpRows.LockAsync(connection, id, cancellationToken) is not { } before)
        {
            return FollowUpRefusals.Unknown(id);
        }

        if (before.Version != order.Version)
        {
            return IfMatch.Stale(order.Version, before.Version);
        }

        if (!FollowUpStanding.Take(before.State, before.Kind, order.Act, order.Result).Accepted(out var state, out var illegal))
        {
            return illegal;
        }

        if (order.Act == FollowUpAct.Reassign && !await IsManagerAsync(connection, order.Owner, cancellationToken))
        {
            return FollowUpRefusals.UnknownOwner(order.Owner is null || order.Owner.Length > 40 || CardLikeText.Has(order.Owner) ? "…" : order.Owner);
        }

        var after = before with { State = state, Version = before.Version + 1, Owner = order.Act == FollowUpAct.Reassign ? order.Owner : before.Owner };
        if (order.Act == FollowUpAct.Complete)
        {
            after = after with
            {
                Result = FollowUpWords.Of(order.Result!.Value),
                NextOn = DecideFollowUp.IsStage(before.Kind) ? before.DueOn : null,
            };
        }

        await FollowUpRows.UpdateAsync(connection, after, now, cancellationToken);
        await FollowUpRows.TraceAsync(connection, before, after, FollowUpWords.Of(order.Act), order.Why, order.Actor, null, now, cancellationToken);
        var served = await ServeAsync(connection, before, order, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, $"followUp.{FollowUpWords.Of(order.Act)}", $"{id}",
            new { after.Version, kind = FollowUpWords.Of(after.Kind), after.TerminalNo, after.Result, after.Owner, order.Why }, cancellationToken);
        var record = Of(after);
        await IdempotencyStore.AnswerAsync(connection, order.Key, record, cancellationToken);
        if (served == TerminalAct.Suspend)
        {
            await steps.AnnounceAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        steps.Tell();
        return record;
    }

    internal static FollowUpRecord Of(StoredFollowUp f) =>
        new(f.Id, f.Kind, f.TerminalNo, f.MerchantNo, f.State, f.Result, f.Owner, f.DueOn, f.Version);

    /// <summary>The machine's part of a re-verification; none where the act is not legal for it, since somebody was quicker.</summary>
    private async Task<TerminalAct?> ServeAsync(
        NpgsqlConnection connection, StoredFollowUp task, FollowUpOrder order, DateTime nowUtc, CancellationToken cancellationToken)
    {
        TerminalAct? act = order.Result switch
        {
            FollowUpResult.Passed => TerminalAct.Verify,
            FollowUpResult.Failed => TerminalAct.Suspend,
            _ => null,
        };
        if (act is not { } wanted)
        {
            return null;
        }

        var terminal = (await TerminalRows.LockAsync(connection, [task.TerminalNo], cancellationToken)).Single();
        if (terminal.MerchantId != task.MerchantId || !terminal.Standing.LegalActs.Contains(wanted))
        {
            return null;
        }

        var step = new TerminalStep(wanted, terminal.Version, order.Why, order.Actor);
        _ = (await steps.TakeAsync(connection, null, task.TerminalNo, step, nowUtc, cancellationToken)).Value;
        return wanted;
    }

    private static async Task<bool> IsManagerAsync(NpgsqlConnection connection, string? code, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from account_manager where manager_code = $1 and active)", connection);
        command.Parameters.Add(new() { Value = (object?)code ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
