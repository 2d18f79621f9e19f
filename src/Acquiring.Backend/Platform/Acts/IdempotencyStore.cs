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
    /// Takes the key for this transaction; a request under way with the same key is waited for. Returns the answer of the first when
    /// there was one, <c>null</c> when this is the first, and refuses a key that was used for something else.
    /// </summary>
    public static async Task<Result<T?>> TakeAsync<T>(
        NpgsqlConnection connection, IdempotencyKey? key, DateTime nowUtc, CancellationToken cancellationToken)
        where T : class
    {
        if (key is null)
        {
            return (T?)null;
        }

        await using var insert = new NpgsqlCommand(
            """
            insert into idempotency_key (key, fingerprint, at) values ($1, $2, $3)
            on conflict on constraint idempotency_key_pk do nothing
            """,
            connection);
        insert.Parameters.Add(new() { Value = key.Text });
        insert.Parameters.Add(new() { Value = key.Fingerprint });
        insert.Parameters.Add(new() { Value = nowUtc });
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return (T?)null;
        }

        await using var select = new NpgsqlCommand("select fingerprint, answer from idempotency_key where key = $1", connection);
        select.Parameters.Add(new() { Value = key.Text });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.Fingerprint)
            ? JsonSerializer.Deserialize<T>(reader.GetString(1), PlatformJson.Options)
            : Refusal.Of(RefusalKind.Rule, "request.key-reused", new Detail("key", key.Text));
    }

    /// <summary>What a repetition will be answered with. Call it last in the act's transaction.</summary>
    public static async Task AnswerAsync<T>(NpgsqlConnection connection, IdempotencyKey? key, T answer, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return;
        }

        await using var command = new NpgsqlCommand("update idempotency_key set answer = $2 where key = $1", connection);
        command.Parameters.Add(new() { Value = key.Text });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(answer, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
