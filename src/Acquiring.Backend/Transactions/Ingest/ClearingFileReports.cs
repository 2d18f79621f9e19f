using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Which files a list shows; <c>null</c> is any.</summary>
public sealed record ClearingFileFilter(DateOnly? BusinessDate, string? FileName, byte[]? Sha256);

/// <summary>Reads what became of files.</summary>
public sealed class ClearingFileReports(NpgsqlDataSource database, TextCatalog texts)
{
    /// <summary>How many malformed lines a report shows; the rest are read by pages.</summary>
    public const int MalformedShown = 20;

    private const string ReportSql =
        """
        select f.file_id, f.file_name, f.business_date, f.format, f.state,
               coalesce(sum(c.lines), 0)::bigint, coalesce(sum(c.posted), 0)::bigint, coalesce(sum(c.duplicates), 0)::bigint,
               coalesce(sum(c.held), 0)::bigint, coalesce(sum(c.malformed), 0)::bigint, coalesce(sum(c.sales), 0)::bigint,
               coalesce(sum(c.refunds), 0)::bigint, coalesce(sum(c.reversals), 0)::bigint, coalesce(sum(c.gross_fen), 0)::bigint,
               coalesce(sum(c.refund_fen), 0)::bigint, coalesce(sum(c.fee_fen), 0)::bigint, coalesce(sum(c.fee_differences), 0)::bigint,
               coalesce(sum(c.released), 0)::bigint, f.bytes, f.repeat_of_file_id, f.started_at, f.ended_at
        from clearing_file f
        left join clearing_chunk c using (file_id)
        """;

    public async Task<ClearingFileReport?> FindAsync(int fileId, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"{ReportSql} where f.file_id = $1 group by f.file_id");
        command.Parameters.Add(new() { Value = fileId });
        var reports = await ReadAsync(command, cancellationToken);
        return reports.Count == 0
            ? null
            : reports[0] with { MalformedLines = await MalformedAsync(fileId, 0, MalformedShown, language, cancellationToken) };
    }

    /// <summary>Newest first, from before a given id.</summary>
    public async Task<IReadOnlyList<ClearingFileReport>> ListAsync(
        ClearingFileFilter filter, long? beforeId, int countMax, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            {ReportSql}
            where ($1 is null or f.business_date = $1)
              and ($2 is null or f.file_name = $2)
              and ($3 is null or f.content_sha256 = $3)
              and ($4 is null or f.file_id < $4)
            group by f.file_id
            order by f.file_id desc
            limit $5
            """);
        Add(filter.BusinessDate, NpgsqlDbType.Date);
        Add(filter.FileName, NpgsqlDbType.Text);
        Add(filter.Sha256, NpgsqlDbType.Bytea);
        Add(beforeId, NpgsqlDbType.Bigint);
        Add(countMax, NpgsqlDbType.Integer);
        return await ReadAsync(command, cancellationToken);

        void Add(object? value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    public async Task<IReadOnlyList<MalformedLineView>> MalformedAsync(
        int fileId, long afterLine, int countMax, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select line_no, field, code, found from malformed_line
            where file_id = $1 and line_no > $2 order by line_no limit $3
            """);
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = afterLine });
        command.Parameters.Add(new() { Value = countMax });
        var lines = new List<MalformedLineView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (lineNo, field, code, found) = (reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
            var text = texts.Text(code, language, new Detail("field", field), new Detail("found", found), new Detail("line", $"{lineNo}"));
            lines.Add(new MalformedLineView(lineNo, field, code, text, found));
        }

        return lines;
    }

    private static async Task<List<ClearingFileReport>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var reports = new List<ClearingFileReport>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            reports.Add(new ClearingFileReport(
                reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetString(3), reader.GetString(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10),
                reader.GetInt64(11), reader.GetInt64(12), new Money(reader.GetInt64(13)), new Money(reader.GetInt64(14)),
                new Money(reader.GetInt64(15)), reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18),
                reader.IsDBNull(19) ? null : reader.GetInt32(19), reader.GetFieldValue<DateTimeOffset>(20),
                reader.IsDBNull(21) ? null : reader.GetFieldValue<DateTimeOffset>(21)));
        }

        return reports;
    }
}
