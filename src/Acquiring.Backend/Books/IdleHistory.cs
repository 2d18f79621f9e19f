using System.Runtime.CompilerServices;
using Acquiring.Core.Idle;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Books;

/// <summary>The latest close and what it judged with.</summary>
internal sealed record LatestClose(DateOnly On, DateTime ClosedAt, IReadOnlySet<DateOnly> IncompleteDates);

/// <summary>A terminal as it is to be judged.</summary>
/// <param name="AtClose">Only with rows of business dates up to the judged one: all that the close surely knew.</param>
/// <param name="Now">With all rows known now.</param>
/// <param name="HasSalesBetween">Several sales lie between the two histories, so the close may have known some of them.</param>
/// <param name="Stored">The latest finding on or before the judged date, in words.</param>
internal sealed record JudgedTerminal(
    string TerminalNo, DateTime ChangedAt, TerminalHistory AtClose, TerminalHistory Now, bool HasSalesBetween, string Stored);

/// <summary>Reads each terminal's history from the journal itself, in one statement.</summary>
internal static class IdleHistory
{
    public const string NotIdle = "-";

    /// <summary>All numbers of a verdict in one line, so that two can be compared and shown.</summary>
    public static string Told(string clock, DateOnly lastActivityOn, string source, DateOnly dueOn, int incompleteDays) =>
        $"{clock} {source} {lastActivityOn:yyyy-MM-dd} +{incompleteDays} {dueOn:yyyy-MM-dd}";

    public static async Task<LatestClose?> LatestCloseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select business_date, closed_at, incomplete_dates from business_day_close order by business_date desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetFieldValue<DateOnly>(0), reader.GetDateTime(1), reader.GetFieldValue<DateOnly[]>(2).ToHashSet())
            : null;
    }

    public static async IAsyncEnumerable<JudgedTerminal> ReadAsync(
        NpgsqlConnection connection, DateOnly on, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with last_sale as (
                select j.terminal_id,
                       max(j.transaction_date) filter (
                           where j.business_date <= @on and (n.turn is null or n.business_date > @on)) as at_close,
                       max(j.transaction_date) filter (where n.turn is null) as now,
                       count(*) filter (where n.turn is null and j.business_date > @on) as later_sales
                from journal j
                left join (select * from journal where turn % 2 = 1) n
                       on n.transaction_date = j.transaction_date and n.terminal_id = j.terminal_id and n.stan = j.stan and n.kind = j.kind
                      and n.batch = j.batch and n.merchant_id = j.merchant_id and n.turn = j.turn + 1
                where j.kind = 1 and j.turn % 2 = 0 and j.transaction_date <= @on
                group by 1
            ),
            latest as (
                select distinct on (terminal_id) *
                from idle_finding
                where judged_on <= @on
                order by terminal_id, judged_on desc
            )
            select t.terminal_no, t.changed_at, coalesce(x.spare, t.spare), t.known_activity_on, coalesce(x.installed_on, t.installed_on), s.at_close, s.now,
                   coalesce(s.later_sales, 0), f.verdict, f.last_activity_on, f.activity_source, f.due_on, f.incomplete_days,
                   b.merchant_id is not null as held, x.clock_from
            from terminal t
            left join last_sale s using (terminal_id)
            left join terminal_binding b on b.terminal_id = t.terminal_id
                 and @on_ends between b.valid_from + interval '1 microsecond' and b.valid_to
            left join latest f on f.terminal_id = t.terminal_id
            left join lateral (
                select d.spare, d.installed_on, d.clock_from
                from terminal_fact d
                where d.terminal_id = t.terminal_id and d.valid_from <= @on
                order by d.valid_from desc
                limit 1) x on true
            where t.kind = 'pos'
            order by t.terminal_no
            """,
            connection);
        command.Parameters.Add(new("on", NpgsqlDbType.Date) { Value = on });
        command.Parameters.Add(new("on_ends", NpgsqlDbType.TimestampTz) { Value = BusinessTime.EndOf(on) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var atClose = new TerminalHistory(reader.GetBoolean(2), Date(reader, 5), Date(reader, 3), reader.GetFieldValue<DateOnly>(4))
            {
                IsHeld = reader.GetBoolean(13),
                ClockFrom = Date(reader, 14),
            };
            var stored = reader.IsDBNull(8) || reader.GetString(8) == "cleared"
                ? NotIdle
                : Told(reader.GetString(8), reader.GetFieldValue<DateOnly>(9), reader.GetString(10), reader.GetFieldValue<DateOnly>(11), reader.GetInt32(12));
            yield return new(
                reader.GetString(0), reader.GetDateTime(1), atClose, atClose with { LastSaleOn = Date(reader, 6) },
                reader.GetInt64(7) > 1, stored);
        }
    }

    private static DateOnly? Date(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
}
