using Acquiring.Backend.Scorecards.Count;
using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// The scorecards of the last counted dates are what history makes of them now. A date that waits for being counted again is passed over.
/// </summary>
internal sealed class ScorecardCheck : IBookCheck
{
    private const int DatesChecked = 3;

    public string Code => "books.scorecard";

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var misses = new List<BookMiss>();
        var rows = 0L;
        foreach (var date in await DatesAsync(books.Connection, cancellationToken))
        {
            var stored = await RowsAsync(
                books.Connection, $"select business_date, branch_code, manager_code, {string.Join(", ", ScorecardDates.Columns)} from scorecard_day where business_date between @from and @to",
                date, cancellationToken);
            var counted = await RowsAsync(books.Connection, ScorecardParts.Sums, date, cancellationToken);
            rows += stored.Count;
            foreach (var key in stored.Keys.Union(counted.Keys).Order())
            {
                for (var i = 0; i < ScorecardDates.Columns.Count && misses.Count < CheckOutcome.MissesMax; i++)
                {
                    var (found, expected) = (Value(stored, key, i), Value(counted, key, i));
                    if (found != expected)
                    {
                        misses.Add(new($"{Code}.differs",
                        [
                            new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("branch", key.Branch), new Detail("manager", key.Manager.Length == 0 ? "-" : key.Manager),
                            new Detail("measure", ScorecardWords.Of((ScorecardMeasure)i)), new Detail("found", $"{found}"), new Detail("expected", $"{expected}"),
                        ]));
                    }
                }
            }
        }

        return new(rows, misses);
    }

    private static long Value(Dictionary<(string Branch, string Manager), long[]> rows, (string Branch, string Manager) key, int i) =>
        rows.TryGetValue(key, out var values) ? values[i] : 0;

    private static async Task<List<DateOnly>> DatesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_date from scorecard_date d
            where not stale and not exists (select from scorecard_recount r where r.from_date <= d.business_date)
            order by business_date desc limit $1
            """,
            connection);
        command.Parameters.Add(new() { Value = DatesChecked });
        var dates = new List<DateOnly>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            dates.Add(reader.GetFieldValue<DateOnly>(0));
        }

        return dates;
    }

    private static async Task<Dictionary<(string Branch, string Manager), long[]>> RowsAsync(
        NpgsqlConnection connection, string sql, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        ScorecardDates.Bind(command, date, date);
        var rows = new Dictionary<(string Branch, string Manager), long[]>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(
                (reader.GetString(1), reader.GetString(2)), [.. Enumerable.Range(3, ScorecardDates.Columns.Count).Select(reader.GetInt64)]);
        }

        return rows;
    }
}
