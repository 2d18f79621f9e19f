using Acquiring.Core.Days;
using Npgsql;

namespace Acquiring.Backend.Days;

/// <summary>Reads what has come and what is closed. Some 400 rows a year and channel, so it is read whole each time.</summary>
public static class FileCalendarStore
{
    public static async Task<FileCalendar> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select distinct channel, business_date, state = 'complete'
            from clearing_file
            where state <> 'withdrawn'
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<DatedFile>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(new(
                reader.GetString(0), reader.GetFieldValue<DateOnly>(1),
                reader.GetBoolean(2) ? FileProgress.Complete : FileProgress.Reading));
        }

        return new FileCalendar(files);
    }

    /// <summary>
    /// The incomplete dates up to a date, in order, as its close knew them: a file that comes later changes no answer about a closed date. Of a date
    /// that is not closed: as the files are now.
    /// </summary>
    public static async Task<IReadOnlyList<DateOnly>> IncompleteOnAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("select incomplete_dates from business_day_close where business_date = $1", connection))
        {
            command.Parameters.Add(new() { Value = date });
            if (await command.ExecuteScalarAsync(cancellationToken) is DateOnly[] known)
            {
                Array.Sort(known);
                return known;
            }
        }

        return (await LoadAsync(connection, cancellationToken)).IncompleteThrough(date);
    }

    /// <summary>The latest closed date, <c>null</c> when none was ever closed.</summary>
    public static async Task<DateOnly?> LastClosedOnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select max(business_date) from business_day_close", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is DateOnly date ? date : null;
    }
}
