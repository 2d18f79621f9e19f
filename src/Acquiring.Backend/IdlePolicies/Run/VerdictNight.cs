using Acquiring.Backend.Days;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>The verdicts of a business date; what belongs to them is decided when they begin and kept, so that all parts agree.</summary>
/// <param name="JudgesAll">Every merchant is judged: the first night, another month, or a month that became evidence or ceased to be.</param>
/// <param name="Before">What the night before knew; <c>null</c> on the first.</param>
/// <param name="Blocks">Parts of <see cref="BlockSize"/> merchant ids.</param>
internal sealed record VerdictNight(JudgedDates Dates, bool JudgesAll, JudgedDates? Before, int Blocks)
{
    /// <summary>What a part has in memory, and what one transaction writes.</summary>
    public const int BlockSize = 10_000;

    public DateOnly On => Dates.On;

    public IEnumerable<int> BlocksOf(int shard, int shards) => Enumerable.Range(0, Blocks).Where(b => (long)b * shards / Blocks == shard);

    /// <summary>
    /// Begins the night, or finds it begun. Refuses, in this order: a date before the last night that none judged, a last night that is not
    /// complete, a date that is not closed. A dry run, which the caller takes back, refuses only the first.
    /// </summary>
    public static async Task<Result<VerdictNight>> BeginAsync(
        NpgsqlConnection connection, DateOnly date, bool dryRun, DateTime nowUtc, CancellationToken cancellationToken)
    {
        // The activities of the lists first, in the order in which a close takes them.
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", cancellationToken, DatabaseLocks.Activity);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", cancellationToken, DatabaseLocks.IdlePolicies);
        if (await ReadAsync(connection, date, cancellationToken) is { } begun)
        {
            return begun;
        }

        var last = await ReadAsync(connection, null, cancellationToken);
        if (date < last?.On)
        {
            return IdlePolicyRefusals.DatePassed(date, last.On);
        }

        if (!dryRun && last is not null && !await IsCompleteAsync(connection, last, cancellationToken))
        {
            return IdlePolicyRefusals.NightBeforeOpen(last.On);
        }

        if (await DatesAsync(connection, date, mayBeOpen: dryRun, cancellationToken) is not { } dates)
        {
            return IdlePolicyRefusals.DateOpen(date);
        }

        if (dryRun)
        {
            // A close would have folded them.
            await VolumeDeltas.FoldAsync(connection, cancellationToken);
        }

        // The last activities that the lists keep are some seconds behind; here they must not be.
        await ExecuteAsync(connection, "select refresh_activity((select window_from from activity_refresh), $1)", cancellationToken, nowUtc);
        var night = new VerdictNight(dates, last is null || OtherMonths(last.Dates, dates), last?.Dates, await BlocksAsync(connection, cancellationToken));
        await SaveAsync(connection, night, nowUtc, cancellationToken);
        await NoteAsync(connection, night, cancellationToken);
        return night;
    }

    /// <summary>What a date knows of time: as its close wrote it down; before the close, as the files say now.</summary>
    /// <returns><c>null</c> for an open date that must not be.</returns>
    public static async Task<JudgedDates?> DatesAsync(NpgsqlConnection connection, DateOnly date, bool mayBeOpen, CancellationToken cancellationToken)
    {
        DateOnly? first = null;
        await using (var command = new NpgsqlCommand(
            """
            select (select min(business_date) from business_day_close), (select incomplete_dates from business_day_close where business_date = $1)
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = date });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            first = reader.IsDBNull(0) ? null : reader.GetFieldValue<DateOnly>(0);
            if (!reader.IsDBNull(1))
            {
                return new(date, reader.GetFieldValue<DateOnly[]>(1).ToHashSet(), first);
            }
        }

        if (!mayBeOpen)
        {
            return null;
        }

        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        return new(date, files.IncompleteThrough(date).ToHashSet(), first ?? files.StartsOn);
    }

    private static bool OtherMonths(JudgedDates before, JudgedDates now) =>
        before.LastMonth != now.LastMonth || now.Months(IdlePolicyCheck.MonthsMax).Any(m => now.IsEvidence(m) != before.IsEvidence(m));

    /// <param name="date"><c>null</c>: the last one.</param>
    private static async Task<VerdictNight?> ReadAsync(NpgsqlConnection connection, DateOnly? date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date, judges_all, first_closed_on, incomplete_dates, blocks from idle_verdict_night
            where business_date <= coalesce($1, 'infinity') order by business_date desc limit 2
            """,
            connection);
        command.Parameters.Add(new() { Value = (object?)date ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || (date is not null && reader.GetFieldValue<DateOnly>(0) != date))
        {
            return null;
        }

        var (dates, all, blocks) = (Dates(reader), reader.GetBoolean(1), reader.GetInt32(4));
        return new(dates, all, await reader.ReadAsync(cancellationToken) ? Dates(reader) : null, blocks);

        static JudgedDates Dates(NpgsqlDataReader reader) => new(
            reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly[]>(3).ToHashSet(), reader.GetFieldValue<DateOnly>(2));
    }

    private static async Task<bool> IsCompleteAsync(NpgsqlConnection connection, VerdictNight night, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*) from idle_verdict_block where business_date = $1", connection);
        command.Parameters.Add(new() { Value = night.On });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! >= night.Blocks;
    }

    private static async Task<int> BlocksAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select max(merchant_id) from merchant", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is int max ? (max / BlockSize) + 1 : 0;
    }

    private static Task SaveAsync(NpgsqlConnection connection, VerdictNight night, DateTime nowUtc, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        """
        insert into idle_verdict_night (business_date, judges_all, first_closed_on, incomplete_dates, blocks, begun_at) values ($1, $2, $3, $4, $5, $6)
        """,
        cancellationToken, night.On, night.JudgesAll, night.Dates.FirstClosedOn ?? night.On, night.Dates.Incomplete.Order().ToArray(), night.Blocks, nowUtc);

    /// <summary>What is noted of machines and branches becomes notes of merchants, which the parts take one by one.</summary>
    private static async Task NoteAsync(NpgsqlConnection connection, VerdictNight night, CancellationToken cancellationToken)
    {
        if (!night.JudgesAll)
        {
            await ExecuteAsync(
                connection,
                """
                insert into idle_verdict_due (merchant_id, due_on)
                select merchant_id, '-infinity' from (
                    select b.merchant_id from idle_verdict_note n join terminal_binding b using (terminal_id)
                    union
                    select s.merchant_id from idle_verdict_note n join terminal_idle_verdict s using (terminal_id)
                    union
                    select m.merchant_id from idle_policies_on($1) p left join idle_branch_policy b using (branch_code) join merchant m using (branch_code)
                    where b.version is distinct from p.version) d
                """,
                cancellationToken, night.On);
        }

        await ExecuteAsync(connection, "delete from idle_verdict_note where keep_until <= $1", cancellationToken, night.On);
        await ExecuteAsync(
            connection,
            """
            insert into idle_branch_policy (branch_code, version) select branch_code, version from idle_policies_on($1)
            on conflict on constraint idle_branch_policy_pk do update set version = excluded.version where idle_branch_policy.version <> excluded.version
            """,
            cancellationToken, night.On);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
