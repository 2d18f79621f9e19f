using Acquiring.Core.Days;
using Npgsql;

namespace Acquiring.Backend.Days.WorkingDays;

/// <summary>Reads the calendar: some hundred rows, so all of it.</summary>
public sealed class WorkingDayStore(NpgsqlDataSource database)
{
    public async Task<WorkingCalendar> CalendarAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await CalendarAsync(connection, cancellationToken);
    }

    internal static async Task<WorkingCalendar> CalendarAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select y.year, d.on_date, d.works, d.name from working_year y left join working_day d using (year)", connection);
        var (days, years) = (new List<SpecialDay>(), new HashSet<int>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            years.Add(reader.GetInt32(0));
            if (!reader.IsDBNull(1))
            {
                days.Add(new(reader.GetFieldValue<DateOnly>(1), reader.GetBoolean(2), reader.GetString(3)));
            }
        }

        return new(days, years);
    }

    public async Task<WorkingYearAnswer> YearAsync(int year, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await YearAsync(connection, year, cancellationToken);
    }

    internal static async Task<WorkingYearAnswer> YearAsync(NpgsqlConnection connection, int year, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select y.version, y.source, d.on_date, d.works, d.name
            from working_year y left join working_day d using (year)
            where y.year = $1
            order by d.on_date
            """,
            connection);
        command.Parameters.Add(new() { Value = year });
        var (version, source, days) = (0, (string?)null, new List<WorkingDayAnswer>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (version, source) = (reader.GetInt32(0), reader.GetString(1));
            if (!reader.IsDBNull(2))
            {
                days.Add(new(reader.GetFieldValue<DateOnly>(2), reader.GetBoolean(3), reader.GetString(4)));
            }
        }

        return new(year, version, source, days);
    }
}
