using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>An act on one merchant that leaves its state as it is.</summary>
/// <param name="Act">Its word in history, audit and event.</param>
/// <param name="Version">The version of the merchant it is based on.</param>
/// <param name="ChangesRegistry">Whether prices or judging hang on what it changes: then no line may be judged beside it.</param>
internal sealed record ActOnMerchant<TAnswer>(
    string MerchantNo, string Act, int Version, string Why, string Actor, IdempotencyKey? Key, bool ChangesRegistry)
    where TAnswer : class;

/// <summary>What the act may use inside its transaction.</summary>
/// <param name="Version">The version of the merchant that it makes.</param>
internal sealed record ActScope(NpgsqlConnection Connection, StoredMerchant Merchant, int Version, DateTime NowUtc, DateOnly Today);

/// <param name="Details">What belongs to the act, for history and event: never personal data.</param>
internal sealed record ActDone<TAnswer>(TAnswer Answer, object Details);

/// <summary>
/// What every act on one merchant does around its own change: key, lock, expected version, the merchant's next version with its step,
/// audit, event and the answer for repetitions, in one transaction or not at all. Called in the turn of the merchant's grain.
/// </summary>
public sealed class MerchantActs(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    /// <summary>Refuses, in this order: a key used for something else, an unknown merchant, an old version, a closed one, what the change refuses.</summary>
    internal async Task<Result<TAnswer>> RunAsync<TAnswer>(
        ActOnMerchant<TAnswer> act, Func<ActScope, Task<Result<ActDone<TAnswer>>>> change, CancellationToken cancellationToken)
        where TAnswer : class
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<TAnswer>(connection, act.Key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        if (act.ChangesRegistry)
        {
            await LockRegistryAsync(connection, cancellationToken);
        }

        if (await MerchantRows.LockAsync(connection, act.MerchantNo, cancellationToken) is not { } present)
        {
            return MerchantRefusals.Unknown(act.MerchantNo);
        }

        if (present.Version != act.Version)
        {
            return IfMatch.Stale(act.Version, present.Version);
        }

        if (present.Standing.State == MerchantState.Closed)
        {
            return MerchantRefusals.IsClosed(act.Act);
        }

        var version = present.Version + 1;
        var result = await change(new(connection, present, version, now, BusinessTime.Today(clock)));
        if (!result.Accepted(out var done, out var refusal))
        {
            return refusal;
        }

        await SaveStepAsync(connection, act.Act, act.Why, act.Actor, present, version, done.Details, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, act.Actor, $"merchant.{act.Act}", act.MerchantNo, new { version, act.Why, done.Details }, cancellationToken);
        await Outbox.AppendAsync(
            connection, $"merchant.{act.Act}", act.MerchantNo, version, new { act.MerchantNo, version, act.Why, act.Actor, done.Details }, now,
            cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, act.Key, done.Answer, cancellationToken);
        if (act.ChangesRegistry)
        {
            // Announced under the lock: no line may be judged between the commit and its announcement.
            await RegistryVersion.AdvanceAsync(connection, cancellationToken);
            changes.AdvanceRegistry();
        }

        await transaction.CommitAsync(cancellationToken);
        changes.AdvanceOnline();
        return done.Answer;
    }

    /// <summary>The locks of the import, which compares merchants, and of the journal's writers, in their order.</summary>
    internal static async Task LockRegistryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
    }

    private static async Task SaveStepAsync(
        NpgsqlConnection connection, string act, string why, string actor, StoredMerchant merchant, int version, object details, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with next as (
                update merchant set version = $2, changed_at = $6 where merchant_id = $1
            )
            insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at, details)
            values ($1, $2, $3, $7, $7, $4, $5, $6, $8)
            """,
            connection);
        command.Parameters.Add(new() { Value = merchant.MerchantId });
        command.Parameters.Add(new() { Value = version });
        command.Parameters.Add(new() { Value = act });
        command.Parameters.Add(new() { Value = why });
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = MerchantRefusals.Word(merchant.Standing.State) });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(details, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
