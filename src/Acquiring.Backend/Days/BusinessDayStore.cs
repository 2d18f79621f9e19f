using Acquiring.Core.Days;
using Npgsql;

namespace Acquiring.Backend.Days;

/// <summary>Answers what each business date expects and has.</summary>
public sealed class BusinessDayStore(NpgsqlDataSource dataSource)
{
    public async Task<IReadOnlyList<BusinessDay>> ListAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var calendar = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        var lastClosedOn = await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken);
        var files = await FilesAsync(connection, from, to, cancellationToken);
        var closes = await ClosesAsync(connection, from, to, cancellationToken);
        var days = new List<BusinessDay>();
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            var close = closes.GetValueOrDefault(date);
            days.Add(new(
                date, calendar.IsComplete(date), CloseOrder.IsClosed(date, lastClosedOn), close?.At, close?.Insisted ?? false,
                close?.Findings ?? 0, Channels(date, calendar, files[date])));
        }

        return days;
    }

    private static List<ChannelOfDay> Channels(DateOnly date, FileCalendar calendar, IEnumerable<(string Channel, FileOfDay File)> files)
    {
        var byChannel = files.ToLookup(f => f.Channel, f => f.File);
        var expected = calendar.ChannelsExpectedOn(date).ToHashSet(StringComparer.Ordinal);
        return [.. expected.Union(byChannel.Select(f => f.Key)).Order(StringComparer.Ordinal)
            .Select(c => new ChannelOfDay(c, expected.Contains(c), calendar.Has(c, date), [.. byChannel[c]]))];
    }

    private static async Task<ILookup<DateOnly, (string Channel, FileOfDay File)>> FilesAsync(
        NpgsqlConnection connection, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date, channel, file_id, file_name, state
            from clearing_file
            where business_date between $1 and $2
            order by file_id
            """,
            connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<(DateOnly Date, string Channel, FileOfDay File)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add((reader.GetFieldValue<DateOnly>(0), reader.GetString(1), new(reader.GetInt32(2), reader.GetString(3), reader.GetString(4))));
        }

        return files.ToLookup(f => f.Date, f => (f.Channel, f.File));
    }

    private static async Task<Dictionary<DateOnly, Close>> ClosesAsync(
        NpgsqlConnection connection, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date, closed_at, insisted, findings
            from business_day_close
            where business_date between $1 and $2
            """,
            connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var closes = new Dictionary<DateOnly, Close>();
        while (await reader.ReadAsync(cancellationToken))
        {
            closes.Add(
                reader.GetFieldValue<DateOnly>(0),
                new(new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero), reader.GetBoolean(2), reader.GetInt32(3)));
        }

        return closes;
    }

    private sealed record Close(DateTimeOffset At, bool Insisted, int Findings);
}
