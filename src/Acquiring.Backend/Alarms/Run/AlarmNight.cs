using Acquiring.Backend.Alarms.Policies;
using Acquiring.Backend.Platform;
using Acquiring.Core.Alarms;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>What belongs to the run of a business date; decided when it begins and kept, so that all its parts agree.</summary>
/// <param name="WeekEnd">The Sunday whose weeks are judged: on the first run on or after it.</param>
/// <param name="Blocks">Parts of <see cref="BlockSize"/> merchant ids; at least one.</param>
public sealed record AlarmNight(DateOnly Date, int PolicyVersion, DateOnly? WeekEnd, int Blocks)
{
    /// <summary>What a part has in memory, and what one transaction writes.</summary>
    public const int BlockSize = 10_000;

    private const int WeekDays = 7;

    /// <summary>
    /// Begins the run, or finds it begun. Refuses, in this order: a date before the last run that none judged, a last run that is not complete,
    /// a date that is not closed. A dry run refuses only the first.
    /// </summary>
    internal static async Task<Result<AlarmNight>> BeginAsync(
        NpgsqlConnection connection, DateOnly date, bool dryRun, DateTime nowUtc, CancellationToken cancellationToken)
    {
        // Against an adoption of a policy for the same date, and against the same begin elsewhere.
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", cancellationToken, DatabaseLocks.Alarms);
        if (await ReadAsync(connection, date, cancellationToken) is { } begun)
        {
            return begun;
        }

        var last = await ReadAsync(connection, null, cancellationToken);
        if (date < last?.Date)
        {
            return AlarmRefusals.DatePassed(date, last.Date);
        }

        if (!dryRun && last is not null
            && await ScalarAsync<long>(connection, "select count(*) from alarm_block_run where business_date = $1", last.Date, cancellationToken) < last.Blocks)
        {
            return AlarmRefusals.NightBeforeOpen(last.Date);
        }

        if (!dryRun
            && !await ScalarAsync<bool>(connection, "select exists (select from business_day_close where business_date = $1)", date, cancellationToken))
        {
            return AlarmRefusals.DateOpen(date);
        }

        var sunday = date.AddDays(-(((int)date.DayOfWeek - (int)AlarmPolicy.WeekEnd + WeekDays) % WeekDays));
        var night = new AlarmNight(
            date, await AlarmPolicies.VersionOnAsync(connection, date, cancellationToken), last is null || last.Date < sunday ? sunday : null,
            (await ScalarAsync<int>(connection, "select coalesce(max(merchant_id), 0) from merchant where $1 is not null", date, cancellationToken) / BlockSize) + 1);
        if (!dryRun)
        {
            await ExecuteAsync(
                connection, "insert into alarm_night (business_date, policy_version, week_end, blocks, begun_at) values ($1, $2, $3, $4, $5)",
                cancellationToken, date, night.PolicyVersion, (object?)night.WeekEnd ?? DBNull.Value, night.Blocks, nowUtc);
        }

        return night;
    }

    /// <summary>The parts that one of several workers does.</summary>
    internal IEnumerable<int> BlocksOf(int shard, int shards) => Enumerable.Range(0, Blocks).Where(b => (long)b * shards / Blocks == shard);

    /// <param name="date"><c>null</c>: the last one.</param>
    private static async Task<AlarmNight?> ReadAsync(NpgsqlConnection connection, DateOnly? date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date, policy_version, week_end, blocks
            from alarm_night where business_date = coalesce($1, (select max(business_date) from alarm_night))
            """,
            connection);
        command.Parameters.Add(new() { Value = (object?)date ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2), reader.GetInt32(3))
            : null;
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = date });
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull ? new() { Value = value, NpgsqlDbType = NpgsqlDbType.Date } : new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
