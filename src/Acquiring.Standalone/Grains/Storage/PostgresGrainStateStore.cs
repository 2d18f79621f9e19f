using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Standalone.Grains.Storage;

/// <summary>
/// State in the table <c>grain_state</c>. A cleared state stays as a row with JSON null, so that its version goes on counting.
/// </summary>
internal sealed class PostgresGrainStateStore(NpgsqlDataSource database, TimeProvider clock) : IGrainStateStore
{
    public async Task<StoredState?> ReadAsync(string stateName, string grainKey, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            select nullif(payload, 'null'::jsonb)::text, version
            from grain_state
            where state_name = $1 and grain_key = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stateName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainKey });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StoredState(await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0), reader.GetInt32(1))
            : null;
    }

    public async Task<int> WriteAsync(
        string stateName, string grainKey, string? json, int? expectedVersion, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(expectedVersion is null
            ? """
            insert into grain_state (state_name, grain_key, payload, changed_at, version)
            values ($1, $2, $3, $4, 1)
            on conflict (state_name, grain_key) do nothing
            returning version
            """
            : """
            update grain_state
            set payload = $3, changed_at = $4, version = version + 1
            where state_name = $1 and grain_key = $2 and version = $5
            returning version
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stateName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainKey });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = json ?? "null", NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        if (expectedVersion is { } expected)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = expected });
        }

        if (await command.ExecuteScalarAsync(cancellationToken) is int version)
        {
            return version;
        }

        var stored = await ReadAsync(stateName, grainKey, cancellationToken);
        throw StaleState.Exception(stateName, grainKey, stored?.Version, expectedVersion);
    }
}
