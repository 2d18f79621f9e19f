using System.Security.Cryptography;
using System.Text;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Terminals.BindingReports;

/// <param name="ReportNo">From 1 on, without a gap.</param>
/// <param name="Sha256">Of the whole file, in hexadecimal. The one in its first line is of what follows that line.</param>
public sealed record BindingReportAnswer(int ReportNo, string FileName, int Changes, int Bytes, string Sha256, string MadeBy, DateTimeOffset MadeAt);

/// <summary>
/// Tells the clearing house what changed of the five items. A report takes all changes that are in none yet and is kept as it was made, so
/// nothing is told twice and nothing is lost; it can be fetched again byte for byte.
/// </summary>
public sealed class BindingReportStore(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>In one file; what is beyond waits for the next.</summary>
    public const int ChangesMax = 100_000;

    /// <summary>Refuses <c>binding-report.nothing</c>. Under its key a repetition is answered with the same report.</summary>
    public async Task<Result<BindingReportAnswer>> MakeAsync(string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<BindingReportAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        // The lock of everybody who changes machines, bindings or merchants: two reports at once come one after the other.
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", cancellationToken, DatabaseLocks.RegistryImport);
        await ExecuteAsync(connection, "select record_binding_changes(null)", cancellationToken);
        var changes = await UnreportedAsync(connection, cancellationToken);
        if (changes.Count == 0)
        {
            return Refusal.Of(RefusalKind.Conflict, "binding-report.nothing");
        }

        var reportNo = await NextNumberAsync(connection, cancellationToken);
        var text = BindingReportFile.Write(reportNo, now, changes);
        var bytes = Encoding.UTF8.GetBytes(text);
        var answer = new BindingReportAnswer(
            reportNo, BindingReportFile.NameOf(reportNo), changes.Count, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), actor, new(now));
        await ExecuteAsync(
            connection,
            """
            insert into binding_report (report_no, file_name, changes, content_bytes, content_sha256, content_sealed, made_by, made_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            cancellationToken, reportNo, answer.FileName, changes.Count, bytes.Length, Convert.FromHexString(answer.Sha256), protector.Seal(text), actor, now);
        await ExecuteAsync(
            connection, "update binding_change set report_no = $1 where report_no is null and binding_change_id = any($2)", cancellationToken, reportNo,
            changes.Select(c => c.ChangeId).ToArray());
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "bindingReport.make", answer.FileName, new { answer.Changes, answer.Sha256 }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "bindingReport.made", answer.FileName, 1, new { answer.ReportNo, answer.Changes, answer.Sha256, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    /// <summary>The file as it was made. It has accounts in the clear, so each fetching leaves an audit row.</summary>
    public async Task<Result<(string FileName, byte[] Content)>> FetchAsync(int reportNo, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        string fileName;
        byte[] sealedText;
        await using (var command = new NpgsqlCommand("select file_name, content_sealed from binding_report where report_no = $1", connection))
        {
            command.Parameters.Add(new() { Value = reportNo });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return Refusal.Of(RefusalKind.NotFound, "binding-report.unknown", new Detail("reportNo", $"{reportNo}"));
            }

            (fileName, sealedText) = (reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        }

        await AuditLog.AppendAsync(connection, transaction, clock, actor, "bindingReport.fetch", fileName, new { reportNo }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (fileName, Encoding.UTF8.GetBytes(protector.Open(sealedText)));
    }

    /// <summary>The latest first.</summary>
    public async Task<IReadOnlyList<BindingReportAnswer>> ListAsync(int before, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select report_no, file_name, changes, content_bytes, content_sha256, made_by, made_at
            from binding_report
            where report_no < $1
            order by report_no desc
            limit $2
            """);
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = rows });
        var reports = new List<BindingReportAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            reports.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3),
                Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4)), reader.GetString(5), new(reader.GetDateTime(6))));
        }

        return reports;
    }

    private async Task<List<ReportedChange>> UnreportedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.binding_change_id, c.at, c.kind, array_to_string(c.items, ' '), t.terminal_no, coalesce(v.serial_no, t.serial_no),
                   coalesce(v.acquirer_code, ''), coalesce(m.merchant_no, ''), coalesce(v.credit_code_sealed, ''),
                   coalesce(v.settlement_account_sealed, ''), coalesce(v.installation_address, ''), v.valid_from, v.valid_to
            from binding_change c
            join terminal t using (terminal_id)
            left join binding_version v using (binding_version_id)
            left join merchant m on m.merchant_id = v.merchant_id
            where c.report_no is null
            order by c.binding_change_id
            limit $1
            """,
            connection);
        command.Parameters.Add(new() { Value = ChangesMax });
        var changes = new List<ReportedChange>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new(
                reader.GetInt64(0), reader.GetDateTime(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetString(6), reader.GetString(7), Open(reader.GetFieldValue<byte[]>(8)), Open(reader.GetFieldValue<byte[]>(9)), reader.GetString(10),
                reader.IsDBNull(11) ? null : reader.GetDateTime(11), reader.IsDBNull(12) ? null : reader.GetDateTime(12)));
        }

        return changes;

        string Open(byte[] sealedText) => sealedText.Length == 0 ? "" : protector.Open(sealedText);
    }

    private static async Task<int> NextNumberAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(report_no), 0) + 1 from binding_report", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
