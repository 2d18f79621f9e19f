using Acquiring.Backend.Scorecards.Count;
using Acquiring.Core.Scorecards;
using Npgsql;

namespace Acquiring.Backend.Scorecards.Ask;

/// <summary>How far a period is counted.</summary>
/// <param name="From">Its first counted date, not before the first one of all; <c>null</c>: none is.</param>
/// <param name="Missing">Dates from then on up to <paramref name="Through"/> that are not.</param>
internal sealed record CountedPeriod(DateOnly? From, DateOnly? Through, int Missing, bool RecountDue)
{
    public static async Task<CountedPeriod> ReadAsync(NpgsqlConnection connection, ScorecardPeriod period, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select greatest(@from, (select min(business_date) from scorecard_date)), max(business_date), count(*)::int,
                   coalesce(bool_or(stale), false)
                   or exists (select from scorecard_recount r where r.from_date <= (select max(business_date) from scorecard_date where business_date <= @to))
            from scorecard_date
            where business_date between @from and @to
            """,
            connection);
        ScorecardDates.Bind(command, period.From, period.To);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.IsDBNull(1))
        {
            return new(null, null, 0, false);
        }

        var (from, through) = (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1));
        return new(from, through, through.DayNumber - from.DayNumber + 1 - reader.GetInt32(2), reader.GetBoolean(3));
    }

    /// <summary>Flows are sums over the dates, stocks what they are on the last one.</summary>
    public static async Task<IReadOnlyList<ScorecardLine>> LinesAsync(
        NpgsqlConnection connection, ScorecardPeriod period, string? manager, CancellationToken cancellationToken)
    {
        var columns = ScorecardWords.Measures.Select(m => ScorecardWords.IsFlow(m)
            ? $"sum({ScorecardDates.Columns[(int)m]})::bigint"
            : $"coalesce(sum({ScorecardDates.Columns[(int)m]}) filter (where business_date = @to), 0)::bigint");
        await using var command = new NpgsqlCommand(
            $"""
            select branch_code, manager_code, {string.Join(", ", columns)}
            from scorecard_day
            where business_date between @from and @to and (@manager is null or manager_code = @manager)
            group by branch_code, manager_code
            order by branch_code, manager_code
            """,
            connection);
        ScorecardDates.Bind(command, period.From, period.To);
        command.Parameters.Add(new("manager", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)manager ?? DBNull.Value });
        var lines = new List<ScorecardLine>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(new(reader.GetString(0), reader.GetString(1), [.. Enumerable.Range(2, ScorecardDates.Columns.Count).Select(reader.GetInt64)]));
        }

        return lines;
    }

    /// <summary>Whether each date of a period is counted.</summary>
    public static async Task<bool> IsWholeAsync(NpgsqlConnection connection, ScorecardPeriod period, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*)::int from scorecard_date where business_date between @from and @to", connection);
        ScorecardDates.Bind(command, period.From, period.To);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))! == period.Days;
    }
}
