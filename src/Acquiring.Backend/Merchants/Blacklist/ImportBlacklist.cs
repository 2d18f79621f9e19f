using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Blacklist;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>What a list did, or in a dry run would do.</summary>
/// <param name="Rows">What the file says, by row; added, unchanged and bad entries.</param>
/// <param name="Changed">Entries that were there with another date or reason.</param>
/// <param name="Removed">Entries that are on the list no more.</param>
/// <param name="CasesOpened">Merchants that were found on the list.</param>
/// <param name="CasesExtended">Open cases that got more matches.</param>
public sealed record BlacklistImportAnswer(CsvImportAnswer Rows, int Changed, int Removed, int CasesOpened, int CasesExtended);

/// <summary>
/// Takes a list in: entries are added, changed or taken off, and all live merchants are compared with it, in one transaction or not at all.
/// The same list again changes nothing.
/// </summary>
public sealed class ImportBlacklist(NpgsqlDataSource database, PersonalDataProtector protector, ScanForListed scan, ChangeCounter changes, TimeProvider clock, TextCatalog texts)
{
    public const int ReasonCharsMax = 200;
    public const int SourceCharsMax = 60;

    private const string Kind = "mark_kind";

    /// <summary>In any order. The last may be empty: a date says that the source took the entry off.</summary>
    internal static readonly string[] Columns = [Kind, RegistryColumns.ListedValue, "listed_on", "reason", "source", "removed_on"];

    private static readonly Dictionary<string, BlacklistKind> s_kinds =
        Enum.GetValues<BlacklistKind>().ToDictionary(MerchantRefusals.Word, StringComparer.Ordinal);

    /// <summary>Refuses what makes the whole file unreadable; with a bad row nothing is written and the answer lists them.</summary>
    /// <param name="isFull">What the sources that the file names have on the list and the file has not, is taken off.</param>
    internal async Task<Result<BlacklistImportAnswer>> RunAsync(
        Stream body, bool isFull, bool dryRun, string actor, CultureInfo language, CancellationToken cancellationToken)
    {
        var rows = new CsvRows("blacklist", Columns);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(
            connection,
            """
            create temp table staged_listed (line integer, kind text, mark bytea, masked text, listed_on date, reason text, source text, gone boolean)
            on commit drop
            """,
            cancellationToken);
        try
        {
            await StageAsync(connection, body, rows, cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }

        await JudgeAsync(connection, rows, cancellationToken);
        if (rows.Bad > 0)
        {
            return new BlacklistImportAnswer(rows.Answer(dryRun, 0, texts, language), 0, 0, 0, 0);
        }

        // Approvals and imports of merchants wait: whoever comes in later is compared with this list.
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({DatabaseLocks.RegistryImport})", cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var removed = await RemoveAsync(connection, isFull, now, cancellationToken);
        var changed = await ExecuteAsync(
            connection,
            """
            with differs as materialized (
                select e.blacklist_entry_id, e.listed_on as was_listed_on, e.reason as was_for, s.listed_on, s.reason
                from blacklist_entry e
                join staged_listed s on e.value_mark = s.mark and e.kind = s.kind and e.source = s.source
                where not s.gone and e.removed_at is null and (e.listed_on, e.reason) is distinct from (s.listed_on, s.reason)
            ), kept as (
                insert into blacklist_entry_former (blacklist_entry_id, listed_on, reason, until)
                select blacklist_entry_id, was_listed_on, was_for, $1 from differs
            )
            update blacklist_entry e set listed_on = d.listed_on, reason = d.reason from differs d where e.blacklist_entry_id = d.blacklist_entry_id
            """,
            cancellationToken, now);
        var added = await ExecuteAsync(
            connection,
            """
            insert into blacklist_entry (kind, value_mark, value_masked, listed_on, reason, source, added_at)
            select s.kind, s.mark, s.masked, s.listed_on, s.reason, s.source, $1
            from staged_listed s
            where not s.gone and not exists (select from blacklist_entry e
                                             where e.value_mark = s.mark and e.kind = s.kind and e.source = s.source and e.removed_at is null)
            order by s.line
            """,
            cancellationToken, now);
        var (opened, extended) = await scan.RunAsync(connection, actor, cancellationToken);
        if (!dryRun && added + changed + removed + opened + extended > 0)
        {
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "blacklist.import", "blacklist",
                new { mode = isFull ? "full" : "changes", rows.Rows, added, changed, removed, casesOpened = opened, casesExtended = extended }, cancellationToken);
            await Outbox.AppendAsync(
                connection, "blacklist.import", "blacklist", await NextVersionAsync(connection, cancellationToken),
                new { added, changed, removed, casesOpened = opened, actor }, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            changes.AdvanceOnline();
        }

        return new BlacklistImportAnswer(rows.Answer(dryRun, added, texts, language), changed, removed, opened, extended);
    }

    private async Task StageAsync(NpgsqlConnection connection, Stream body, CsvRows rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy staged_listed from stdin (format binary)", cancellationToken);
        await foreach (var (line, row) in rows.ReadAsync(body, Read, cancellationToken))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(line, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(MerchantRefusals.Word(row.Kind), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(BlacklistMarks.Of(protector, row.Kind, row.Value), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(ListedValues.Mask(row.Kind, row.Value), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.ListedOn, NpgsqlDbType.Date, cancellationToken);
            await copy.WriteAsync(row.Reason, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Source, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.RemovedOn is not null, NpgsqlDbType.Boolean, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static (BlacklistKind Kind, string Value, DateOnly ListedOn, string Reason, string Source, DateOnly? RemovedOn) Read(
        RegistryCells cells, IReadOnlyList<string> names)
    {
        var kind = cells.Word(Kind, "blacklist.cell.kind", s_kinds);
        return (
            kind,
            cells.Tidied(RegistryColumns.ListedValue, "blacklist.cell.value", v => kind == default ? v : ListedValues.Tidy(kind, v)),
            cells.Date("listed_on"), cells.Words("reason", ReasonCharsMax), cells.Words("source", SourceCharsMax), cells.OptionalDate("removed_on"));
    }

    private static async Task JudgeAsync(NpgsqlConnection connection, CsvRows rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select line, first from (
                select line, min(line) over (partition by mark, kind, source) as first from staged_listed) s
            where line > first
            order by line
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Fault(reader.GetInt32(0), new(RegistryColumns.ListedValue, "registry.row.repeated", "", new Detail("other", $"{reader.GetInt32(1)}")));
        }
    }

    private static Task<int> RemoveAsync(NpgsqlConnection connection, bool isFull, DateTime nowUtc, CancellationToken cancellationToken) => ExecuteAsync(
        connection,
        """
        update blacklist_entry e set removed_at = $1
        where e.removed_at is null
          and (exists (select from staged_listed s where s.gone and s.mark = e.value_mark and s.kind = e.kind and s.source = e.source)
               or ($2 and e.source in (select source from staged_listed)
                   and not exists (select from staged_listed s where s.mark = e.value_mark and s.kind = e.kind and s.source = e.source)))
        """,
        cancellationToken, nowUtc, isFull);

    /// <summary>Lists are taken in one after the other, so the number of those before is the order.</summary>
    private static async Task<int> NextVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 + count(*)::integer from outbox_event where object_key = 'blacklist'", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
