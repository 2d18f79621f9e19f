using Acquiring.Backend.Days;
using Npgsql;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>Which days count, as the close of a date knew it: closed by then, their files complete. In order.</summary>
internal sealed record AlarmCalendar(IReadOnlyList<DateOnly> Incomplete, IReadOnlySet<DateOnly> Closed)
{
    /// <summary>Of a date that is not closed: as the files are now.</summary>
    public static async Task<AlarmCalendar> OnAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        var incomplete = await FileCalendarStore.IncompleteOnAsync(connection, date, cancellationToken);
        var closed = new HashSet<DateOnly>();
        await using (var command = new NpgsqlCommand(
            "select business_date from business_day_close where business_date <= $1 and business_date > $2", connection))
        {
            command.Parameters.Add(new() { Value = date });
            command.Parameters.Add(new() { Value = date.AddDays(-2 * 7 * (Core.Alarms.AlarmPolicy.WeeksMax + 1)) });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                closed.Add(reader.GetFieldValue<DateOnly>(0));
            }
        }

        closed.ExceptWith(incomplete);
        return new(incomplete, closed);
    }

    public int CountedDays(DateOnly from, DateOnly to) => Days(from, to).Count(Closed.Contains);

    public DateOnly[] Counted(DateOnly from, DateOnly to) => [.. Days(from, to).Where(Closed.Contains)];

    private static IEnumerable<DateOnly> Days(DateOnly from, DateOnly to) =>
        Enumerable.Range(0, Math.Max(to.DayNumber - from.DayNumber + 1, 0)).Select(from.AddDays);
}
