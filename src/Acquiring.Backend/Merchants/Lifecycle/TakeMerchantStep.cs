using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>
/// Takes one step of a merchant's life: decided by the core, saved with the expected version together with its history, audit, event and
/// the request's key, or not at all. Called in the turn of the merchant's grain; the version fences whoever else may write.
/// </summary>
public sealed class TakeMerchantStep(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: empty or overlong texts, a key used for something else, an unknown merchant, an old version, an illegal
    /// step, a lift while it is blacklisted. Repeated under its key, it answers as the first time.
    /// </summary>
    public async Task<Result<MerchantRecord>> RunAsync(string merchantNo, MerchantStep step, CancellationToken cancellationToken)
    {
        if (step.Check() is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var first = await IdempotencyStore.TakeAsync<MerchantRecord>(connection, step.Key, now.UtcDateTime, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        await LockRegistryAsync(connection, cancellationToken);
        if (await MerchantRows.LockAsync(connection, merchantNo, cancellationToken) is not { } present)
        {
            return MerchantRefusals.Unknown(merchantNo);
        }

        if (step.BlacklistCaseId > 0)
        {
            if (await DecideBlacklistCase.CheckOpenAsync(
                connection, step.BlacklistCaseId, step.BlacklistCaseVersion, present.MerchantId, cancellationToken) is { } decided)
            {
                return decided;
            }
        }
        else if (present.Version != step.Version)
        {
            return IfMatch.Stale(step.Version, present.Version);
        }

        var version = present.Version + 1;
        if (!Decide(present.Standing, step, version, now).Accepted(out var standing, out var illegal))
        {
            return illegal;
        }

        if (step.Act == MerchantAct.Lift
            && await BlacklistRefusals.CaseOpenAsync(connection, present.MerchantId, cancellationToken) is { } blacklisted)
        {
            return blacklisted;
        }

        await MerchantRows.SaveAsync(connection, present, standing, step, version, now.UtcDateTime, cancellationToken);
        if (step.Act == MerchantAct.Close)
        {
            await ReturnMachines.RunAsync(connection, present.MerchantId, merchantNo, step.Actor, now.UtcDateTime, cancellationToken);
            await DecideBlacklistCase.ClearOfAsync(connection, [present.MerchantId], step.Why, step.Actor, now.UtcDateTime, cancellationToken);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, step.Actor, $"merchant.{MerchantRefusals.Word(step.Act)}", merchantNo,
            new { version, state = MerchantRefusals.Word(standing.State), step.Why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, $"merchant.{MerchantRefusals.Word(step.Act)}", merchantNo, version,
            new { merchantNo, version, standing.State, step.Why, step.Actor }, now.UtcDateTime, cancellationToken);
        var record = new MerchantRecord(merchantNo, version, standing);
        await IdempotencyStore.AnswerAsync(connection, step.Key, record, cancellationToken);

        // Announced under the lock: no notice may pass between the commit and its announcement.
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return record;
    }

    internal static Result<MerchantStanding> Decide(MerchantStanding standing, MerchantStep step, int version, DateTimeOffset now) => step.Act switch
    {
        MerchantAct.Restrict => standing.Put(new(version, [.. step.Scopes!.Distinct().Order()], step.Why, step.Cure, step.Actor, now)),
        MerchantAct.Suspend => standing.Put(new(version, [], step.Why, step.Cure, step.Actor, now)),
        MerchantAct.Lift => standing.Lift(step.HoldNo),
        _ => standing.Take(step.Act),
    };

    /// <summary>The locks of the import, which compares merchants, and of the journal's writers, in their order.</summary>
    internal static async Task LockRegistryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
    }
}
