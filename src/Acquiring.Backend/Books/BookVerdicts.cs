using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Books;

/// <summary>One stored check of a closed date.</summary>
/// <param name="Run">Of several runs the latest counts.</param>
public sealed record BookVerdictRow(
    DateOnly BusinessDate, int Run, string Code, DateTimeOffset CheckedAt, long RowsChecked, IReadOnlyList<BookMiss> Misses);

/// <summary>What the nightly checks found, for each closed date. Append-only.</summary>
internal sealed class BookVerdicts(NpgsqlDataSource dataSource)
{
    /// <summary>A set of verdicts of one date and run.</summary>
    public sealed record Reading(DateOnly Date, int Run);

    public static async Task AddAsync(
        NpgsqlConnection connection, DateOnly date, int run, BookCheckResult result, DateTime checkedAtUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into book_verdict (business_date, run, code, checked_at, rows_checked, misses)
            values ($1, $2, $3, $4, $5, $6)
            """,
            connection);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = run });
        command.Parameters.Add(new() { Value = result.Code });
        command.Parameters.Add(new() { Value = checkedAtUtc });
        command.Parameters.Add(new() { Value = result.RowsChecked });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(result.Misses, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives a date the verdicts of a reading that came after its close.</summary>
    public static async Task CopyAsync(
        NpgsqlConnection connection, Reading reading, DateOnly date, IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into book_verdict (business_date, run, code, checked_at, rows_checked, misses)
            select $3, 1, code, checked_at, rows_checked, misses
            from book_verdict
            where business_date = $1 and run = $2 and code = any($4)
            """,
            connection);
        command.Parameters.Add(new() { Value = reading.Date });
        command.Parameters.Add(new() { Value = reading.Run });
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = codes.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The latest whole reading of which every check began after the date was closed.</summary>
    public async Task<Reading?> LaterReadingAsync(DateOnly date, IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select business_date, run
            from book_verdict
            where code = any($2) and checked_at > (select closed_at from business_day_close where business_date = $1)
            group by business_date, run
            having count(*) = cardinality($2)
            order by max(checked_at) desc
            limit 1
            """);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = codes.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1)) : null;
    }

    public async Task<bool> IsClosedAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select exists (select from business_day_close where business_date = $1)");
        command.Parameters.Add(new() { Value = date });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The latest run of each date, newest dates first; at most so many dates.</summary>
    /// <param name="before">Only dates before this one.</param>
    public async Task<IReadOnlyList<IGrouping<DateOnly, BookVerdictRow>>> PageAsync(
        DateOnly? from, DateOnly? to, DateOnly? before, int dates, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            with latest as (
                select business_date, max(run) as run
                from book_verdict
                where ($1 is null or business_date >= $1) and ($2 is null or business_date <= $2) and ($3 is null or business_date < $3)
                group by business_date
                order by business_date desc
                limit $4
            )
            select v.business_date, v.run, v.code, v.checked_at, v.rows_checked, v.misses
            from latest
            join book_verdict v using (business_date, run)
            order by v.business_date desc, v.code
            """);
        foreach (var date in new[] { from, to, before })
        {
            command.Parameters.Add(new() { Value = (object?)date ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        }

        command.Parameters.Add(new() { Value = dates });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<BookVerdictRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetString(2), new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero),
                reader.GetInt64(4), JsonSerializer.Deserialize<List<BookMiss>>(reader.GetString(5), PlatformJson.Options)!));
        }

        return [.. rows.GroupBy(r => r.BusinessDate)];
    }
}
