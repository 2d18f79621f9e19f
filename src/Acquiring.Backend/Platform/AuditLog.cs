using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform;

/// <summary>Writes who did what, inside the transaction of the act. Details hold numbers and names of things, never personal data.</summary>
public static class AuditLog
{
    public static async Task AppendAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, TimeProvider clock,
        string actor, string act, string subject, object details, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into audit_entry (at, actor, act, subject, details)
            values ($1, $2, $3, $4, $5)
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = act });
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(details, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
