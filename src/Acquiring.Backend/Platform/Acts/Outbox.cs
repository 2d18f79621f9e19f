using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// What happened, for whoever wants to hear of it, written in the transaction of the change. An object's events carry its version, so
/// they have an order even where their numbers do not.
/// </summary>
internal static class Outbox
{
    /// <param name="type">Object and what happened, such as <c>merchant.suspended</c>.</param>
    /// <param name="payload">Numbers and names of things, never personal data.</param>
    public static async Task AppendAsync(
        NpgsqlConnection connection, string type, string objectKey, int objectVersion, object payload, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into outbox_event (type, object_key, object_version, payload, at) values ($1, $2, $3, $4, $5)", connection);
        command.Parameters.Add(new() { Value = type });
        command.Parameters.Add(new() { Value = objectKey });
        command.Parameters.Add(new() { Value = objectVersion });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(payload, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = nowUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
