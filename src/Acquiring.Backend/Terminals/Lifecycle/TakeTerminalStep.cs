using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>
/// Takes one step of a machine's life: decided by the core, saved with the expected version together with its history, its binding, the
/// change for the clearing house, audit, event and the request's key, or not at all. Called in the turn of the terminal's grain; the
/// version fences whoever else may write.
/// </summary>
public sealed class TakeTerminalStep(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: bad texts, a key used for something else, an unknown terminal or one of another kind, an old version, a missing reason, an illegal
    /// step, what the act itself asks for. Repeated under its key, it answers as the first time.
    /// </summary>
    public async Task<Result<TerminalRecord>> RunAsync(string terminalNo, TerminalStep step, CancellationToken cancellationToken)
    {
        if (step.Check() is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<TerminalRecord>(connection, step.Key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        await LockRegistryAsync(connection, step.ChangesJudging, cancellationToken);
        if (!(await TakeAsync(connection, transaction, terminalNo, step, now, cancellationToken)).Accepted(out var record, out var refusal))
        {
            return refusal;
        }

        await IdempotencyStore.AnswerAsync(connection, step.Key, record, cancellationToken);
        if (step.ChangesJudging)
        {
            await AnnounceAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return record;
    }

    /// <summary>
    /// The step inside the transaction of a larger act, which has checked its texts, holds the locks (<see cref="LockRegistryAsync"/>) and afterwards
    /// announces, commits and tells (<see cref="AnnounceAsync"/>, <see cref="Tell"/>). Refuses as <see cref="RunAsync"/> from the unknown
    /// terminal on; then the transaction is not to be committed.
    /// </summary>
    internal async Task<Result<TerminalRecord>> TakeAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string terminalNo, TerminalStep step, DateTime now, CancellationToken cancellationToken)
    {
        string[] concerned = step.Act == TerminalAct.Swap && step.Replacement != terminalNo ? [terminalNo, step.Replacement] : [terminalNo];
        var locked = await TerminalRows.LockAsync(connection, concerned, cancellationToken);
        if (locked.Find(t => t.TerminalNo == terminalNo) is not { } present)
        {
            return step.Kind == TerminalKind.QrPlate ? PlateRefusals.Unknown(terminalNo) : TerminalRefusals.Unknown(terminalNo);
        }

        if (present.Kind != step.Kind)
        {
            return present.Kind == TerminalKind.QrPlate ? PlateRefusals.IsPlate(terminalNo) : PlateRefusals.Unknown(terminalNo);
        }

        if (present.Version != step.Version)
        {
            return IfMatch.Stale(step.Version, present.Version);
        }

        var decided = step.Kind == TerminalKind.QrPlate
            ? QrPlates.Take(present.Standing, step.Act, step.Reason)
            : present.Standing.Take(step.Act, step.Reason);
        if (!decided.Accepted(out var standing, out var illegal))
        {
            return illegal;
        }

        var act = new TerminalActs(connection, step, now);
        var done = await act.RunAsync(present, standing, locked.Find(t => t.TerminalNo == step.Replacement), cancellationToken);
        if (!done.Accepted(out var record, out var refusal))
        {
            return refusal;
        }

        await BindingRows.RecordAsync(connection, [.. locked.Select(t => t.TerminalId)], cancellationToken);
        if (step.Kind == TerminalKind.Pos
            && (standing.State is TerminalState.Lost or TerminalState.Unrecoverable || step.Act == TerminalAct.ReportFound))
        {
            await BindingRows.TellAsync(connection, present.TerminalId, standing.State, now, cancellationToken);
        }

        await TraceAsync(connection, transaction, step, record, now, cancellationToken);
        return record;
    }

    /// <summary>Before the commit of steps that change judging, under their locks: no notice may pass between the commit and its announcement.</summary>
    internal async Task AnnounceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
    }

    /// <summary>After the commit.</summary>
    internal void Tell() => changes.Advance();

    private async Task TraceAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, TerminalStep step, TerminalRecord record, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var act = $"terminal.{TerminalRefusals.Word(step.Act)}";
        await AuditLog.AppendAsync(
            connection, transaction!, clock, step.Actor, act, record.TerminalNo,
            new { record.Version, state = TerminalRefusals.Word(record.Standing.State), why = step.Why, record.MerchantNo, step.Replacement },
            cancellationToken);
        await Outbox.AppendAsync(
            connection, act, record.TerminalNo, record.Version,
            new
            {
                record.TerminalNo, record.SerialNo, record.Kind, record.Version, record.Standing.State, record.Standing.Spare, record.MerchantNo, step.Reason,
                step.Actor,
            },
            nowUtc, cancellationToken);
        if (record.Replacement is { } other)
        {
            await Outbox.AppendAsync(
                connection, "terminal.swapIn", other.TerminalNo, other.Version,
                new { other.TerminalNo, other.SerialNo, other.Kind, other.Version, other.Standing.State, other.MerchantNo, step.Actor }, nowUtc, cancellationToken);
        }
    }

    /// <summary>The locks of the import, which compares machines, and of the journal's writers where they judge by it, in their order.</summary>
    internal static async Task LockRegistryAsync(NpgsqlConnection connection, bool andJudging, CancellationToken cancellationToken)
    {
        await using var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
        await wait.ExecuteNonQueryAsync(cancellationToken);
        if (andJudging)
        {
            await IngestLock.TakeAsync(connection, cancellationToken);
        }
    }
}
