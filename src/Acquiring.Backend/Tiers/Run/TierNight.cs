using Acquiring.Backend.Platform;
using Acquiring.Backend.Tiers.Rules;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>What belongs to the run of a business date; decided when it begins and kept, so that all its parts agree.</summary>
/// <param name="JudgesAll">Every merchant's tiers are judged: the first run, or other rules than before.</param>
/// <param name="Month">The month whose activity is graded, by its first day; on the first run of a month.</param>
/// <param name="Blocks">Parts of <see cref="BlockSize"/> merchant ids.</param>
public sealed record TierNight(DateOnly Date, int RuleSetVersion, bool JudgesAll, DateOnly? Month, int Blocks)
{
    /// <summary>What a part has in memory, and what one transaction writes.</summary>
    public const int BlockSize = 10_000;

    /// <summary>
    /// Begins the run, or finds it begun. Refuses, in this order: a date before the last run that none judged, a last run that is not complete,
    /// a date that is not closed. A dry run refuses only the first.
    /// </summary>
    internal static async Task<Result<TierNight>> BeginAsync(
        NpgsqlConnection connection, DateOnly date, bool dryRun, DateTime nowUtc, CancellationToken cancellationToken)
    {
        // Against an adoption of rules for the same date, and against the same begin elsewhere.
        await using (var locking = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            locking.Parameters.Add(new() { Value = DatabaseLocks.Tiers });
            await locking.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await ReadAsync(connection, date, cancellationToken) is { } begun)
        {
            return begun;
        }

        var last = await ReadAsync(connection, null, cancellationToken);
        if (date < last?.Date)
        {
            return TierRefusals.DatePassed(date, last.Date);
        }

        if (!dryRun && last is not null && !await IsCompleteAsync(connection, last, cancellationToken))
        {
            return TierRefusals.NightBeforeOpen(last.Date);
        }

        if (!dryRun && !await IsClosedAsync(connection, date, cancellationToken))
        {
            return TierRefusals.DateOpen(date);
        }

        var version = await TierRuleSets.VersionOnAsync(connection, date, cancellationToken);
        var monthBegins = new DateOnly(date.Year, date.Month, 1);
        var night = new TierNight(
            date, version, last is null || last.RuleSetVersion != version, last is null || last.Date < monthBegins ? monthBegins.AddMonths(-1) : null,
            await BlocksAsync(connection, cancellationToken));
        if (!dryRun)
        {
            await SaveAsync(connection, night, nowUtc, cancellationToken);
        }

        return night;
    }

    /// <summary>The parts that one of several workers does.</summary>
    internal IEnumerable<int> BlocksOf(int shard, int shards) => Enumerable.Range(0, Blocks).Where(b => (long)b * shards / Blocks == shard);

    /// <param name="date"><c>null</c>: the last one.</param>
    private static async Task<TierNight?> ReadAsync(NpgsqlConnection connection, DateOnly? date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date, rule_set_version, judges_all, judged_month, blocks
            from tier_night where business_date = coalesce($1, (select max(business_date) from tier_night))
            """,
            connection);
        command.Parameters.Add(new() { Value = (object?)date ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetBoolean(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3), reader.GetInt32(4))
            : null;
    }

    private static async Task<bool> IsCompleteAsync(NpgsqlConnection connection, TierNight night, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*) from tier_block_run where business_date = $1", connection);
        command.Parameters.Add(new() { Value = night.Date });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! >= night.Blocks;
    }

    private static async Task<bool> IsClosedAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from business_day_close where business_date = $1)", connection);
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<int> BlocksAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select max(merchant_id) from merchant", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is int max ? (max / BlockSize) + 1 : 0;
    }

    private static async Task SaveAsync(NpgsqlConnection connection, TierNight night, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into tier_night (business_date, rule_set_version, judges_all, judged_month, blocks, begun_at) values ($1, $2, $3, $4, $5, $6)",
            connection);
        command.Parameters.Add(new() { Value = night.Date });
        command.Parameters.Add(new() { Value = night.RuleSetVersion });
        command.Parameters.Add(new() { Value = night.JudgesAll });
        command.Parameters.Add(new() { Value = (object?)night.Month ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = night.Blocks });
        command.Parameters.Add(new() { Value = nowUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
