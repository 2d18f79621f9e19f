using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdleSweep;

internal static class IdleFindingsEndpoint
{
    public static async Task<IResult> ListAsync(
        HttpContext context, NpgsqlDataSource dataSource, TextCatalog texts,
        string? terminalNo, DateOnly? from, DateOnly? to, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (from > to)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "idle.range-order", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("to", $"{to:yyyy-MM-dd}")));
        }

        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var number = Cursor.ReadNumber(cursor);
        if (number.Refusal is { } badNumber)
        {
            return ProblemResults.Of(badNumber);
        }

        await using var command = dataSource.CreateCommand(
            """
            select f.idle_finding_id, t.terminal_no, f.judged_on, f.verdict, f.last_activity_on, f.activity_source, f.due_on,
                   f.incomplete_days, f.rule, f.found_at
            from idle_finding f
            join terminal t using (terminal_id)
            where f.idle_finding_id > $1
              and ($2 is null or t.terminal_no = $2)
              and ($3 is null or f.judged_on >= $3)
              and ($4 is null or f.judged_on <= $4)
            order by f.idle_finding_id
            limit $5
            """);
        command.Parameters.Add(new() { Value = number.Value ?? 0L });
        command.Parameters.Add(new() { Value = (object?)terminalNo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)from ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = (object?)to ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var language = RequestLanguage.Of(context);
        var rows = new List<IdleFinding>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var verdict = reader.GetString(3);
            var lastActivityOn = reader.GetFieldValue<DateOnly>(4);
            var source = reader.GetString(5);
            var dueOn = reader.GetFieldValue<DateOnly>(6);
            var incompleteDays = reader.GetInt32(7);
            rows.Add(new(
                reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), verdict, lastActivityOn, source, dueOn,
                incompleteDays, reader.GetString(8), new DateTimeOffset(reader.GetDateTime(9), TimeSpan.Zero),
                IdleExplanation.Why(texts, language, verdict, lastActivityOn, source, dueOn, incompleteDays)));
        }

        return Results.Ok(page.Cut(rows, f => [$"{f.FindingId}"]));
    }
}
