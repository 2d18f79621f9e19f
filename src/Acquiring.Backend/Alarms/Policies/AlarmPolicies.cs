using Acquiring.Core.Alarms;
using Npgsql;

namespace Acquiring.Backend.Alarms.Policies;

/// <summary>Reads policies, each by its version or by the date it counts for.</summary>
internal static class AlarmPolicies
{
    public static async Task<int> VersionOnAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select version from alarm_policy where effective_from <= $1 order by effective_from desc limit 1", connection);
        command.Parameters.Add(new() { Value = date });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task<AlarmPolicy> LoadAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select version, quiet_days, fall_percents, fall_weeks, fall_base_weeks, fall_base_fen_min, counted_percent_min, margin_weeks, margin_loss_fen_min
            from alarm_policy where version = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = version });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            reader.GetInt32(0), reader.GetFieldValue<int[]>(1), reader.GetFieldValue<int[]>(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt64(5),
            reader.GetInt32(6), reader.GetInt32(7), reader.GetInt64(8));
    }
}
