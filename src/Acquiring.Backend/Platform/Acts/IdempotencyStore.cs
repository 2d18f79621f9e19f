using System.Text.Json;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// Remembers done requests by their keys, in the transactions of the acts themselves: the record is there exactly when the act is.
/// A refused request leaves none, so it may be tried again under its key.
/// </summary>
internal static class IdempotencyStore
{
    /// <summary>
    /// Takes the key for this transaction. Returns the answer of the first when there was one, <c>null</c> when this is the first, and
    /// refuses a key that was used for something else or whose request is under way.
    /// </summary>
    public static async Task<Result<T?>> TakeAsync<T>(
        NpgsqlConnection connection, IdempotencyKey? key, DateTime nowUtc, CancellationToken cancellationToken)
        where T : class
    {
        if (key is null)
        {
            return (T?)null;
        }

        // The insert alone would wait for a transaction that has the key. Two keys that share a number are told to come again.
        await using var take = new NpgsqlCommand("select pg_try_advisory_xact_lock($1, hashtext($2 || ' ' || $3))", connection);
        take.Parameters.Add(new() { Value = DatabaseLocks.RequestKeys });
        take.Parameters.Add(new() { Value = Actors.Operator });
        take.Parameters.Add(new() { Value = key.Text });
        if (await take.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return IdempotencyKey.UnderWay(key.Text);
        }

        await using var insert = new NpgsqlCommand(
            """
            insert into idempotency_key (actor, key, fingerprint, at) values ($1, $2, $3, $4)
            on conflict on constraint idempotency_key_pk do nothing
            """,
            connection);
        insert.Parameters.Add(new() { Value = Actors.Operator });
        insert.Parameters.Add(new() { Value = key.Text });
        insert.Parameters.Add(new() { Value = key.Fingerprint });
        insert.Parameters.Add(new() { Value = nowUtc });
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return (T?)null;
        }

        await using var select = new NpgsqlCommand("select fingerprint, answer from idempotency_key where actor = $1 and key = $2", connection);
        select.Parameters.Add(new() { Value = Actors.Operator });
        select.Parameters.Add(new() { Value = key.Text });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            // Given up between the two statements: a claim on the key was refused, and gone.
            return IdempotencyKey.UnderWay(key.Text);
        }

        return reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.Fingerprint) && !reader.IsDBNull(1)
            ? JsonSerializer.Deserialize<T>(reader.GetString(1), PlatformJson.Options)
            : IdempotencyKey.Reused(key.Text);
    }

    /// <summary>What a repetition will be answered with. Call it last in the act's transaction.</summary>
    public static async Task AnswerAsync<T>(NpgsqlConnection connection, IdempotencyKey? key, T answer, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return;
        }

        await using var command = new NpgsqlCommand("update idempotency_key set answer = $3 where actor = $1 and key = $2", connection);
        command.Parameters.Add(new() { Value = Actors.Operator });
        command.Parameters.Add(new() { Value = key.Text });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(answer, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
