using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Groups;

/// <summary>
/// Adds the members that a list names; a group that is not there yet is made as a named one. Nobody is removed, because a partial list is
/// the common case. The same list again changes nothing.
/// </summary>
public sealed class ImportGroups(NpgsqlDataSource database, TimeProvider clock, TextCatalog texts)
{
    private static readonly string[] s_columns = ["group_code", "merchant_no"];

    /// <summary>Refuses what makes the whole file unreadable; with a bad row nothing is written and the answer lists them.</summary>
    public async Task<Result<CsvImportAnswer>> RunAsync(
        Stream body, DateOnly? from, bool dryRun, string actor, CultureInfo language, CancellationToken cancellationToken)
    {
        if (from is { } on && GroupRefusals.CheckFrom(on) is { } bad)
        {
            return bad;
        }

        var rows = new CsvRows("groups", s_columns);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, "create temp table staged_group (line integer, group_code text, merchant_no text) on commit drop", cancellationToken);
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
            return rows.Answer(dryRun, 0, texts, language);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var added = await AddAsync(connection, from ?? BusinessTime.Today(clock), actor, now, cancellationToken);
        if (!dryRun && added.Count > 0)
        {
            var codes = added.Select(g => g.Code).ToList();
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "merchantGroup.import", "merchant-groups", new { groups = codes.Count, added = added.Sum(g => g.Added) },
                cancellationToken);
            foreach (var group in added)
            {
                await Outbox.AppendAsync(
                    connection, "merchantGroup.import", group.Code, group.Version, new { group.Code, group.Version, group.Added, actor }, now,
                    cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return rows.Answer(dryRun, added.Sum(g => g.Added), texts, language);
    }

    private static async Task StageAsync(NpgsqlConnection connection, Stream body, CsvRows rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy staged_group from stdin (format binary)", cancellationToken);
        await foreach (var (line, row) in rows.ReadAsync(
            body, (cells, _) => (Code: cells.Code("group_code"), MerchantNo: cells.MerchantNumber("merchant_no")), cancellationToken))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(line, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Code, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.MerchantNo, NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task JudgeAsync(NpgsqlConnection connection, CsvRows rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select s.line, s.merchant_no, (select min(line) from staged_group o
                                           where o.group_code = s.group_code and o.merchant_no = s.merchant_no and o.line < s.line)
            from staged_group s
            where not exists (select from merchant m where m.merchant_no = s.merchant_no)
               or exists (select from staged_group o where o.group_code = s.group_code and o.merchant_no = s.merchant_no and o.line < s.line)
            order by s.line
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var found = FoundText.Of(reader.GetString(1));
            rows.Fault(reader.GetInt32(0), reader.IsDBNull(2)
                ? new(RegistryColumns.MerchantNo, "registry.merchant-not-known", found)
                : new(RegistryColumns.MerchantNo, "registry.row.repeated", found, new Detail("other", $"{reader.GetInt32(2)}")));
        }
    }

    private static async Task<List<(string Code, int Version, int Added)>> AddAsync(
        NpgsqlConnection connection, DateOnly from, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using (var make = new NpgsqlCommand(
            """
            insert into merchant_group (group_code, kind, name, version, changed_at)
            select distinct group_code, 'named', group_code, 0, $1::timestamptz from staged_group order by 1
            on conflict on constraint merchant_group_pk do nothing
            """,
            connection))
        {
            make.Parameters.Add(new() { Value = nowUtc });
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        await RunAsync(
            connection,
            "do $$ begin perform from merchant_group where group_code in (select group_code from staged_group) order by group_code for update; end $$",
            cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            with added as (
                insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at)
                select s.group_code, m.merchant_id, $1, $2, $3
                from staged_group s
                join merchant m using (merchant_no)
                where not exists (select from merchant_group_member g
                                  where g.group_code = s.group_code and g.merchant_id = m.merchant_id and not g.voided and g.valid_to > $1)
                order by s.group_code, m.merchant_id
                returning group_code
            ), counted as (
                select group_code, count(*)::int as added from added group by 1
            )
            update merchant_group g set version = g.version + 1, changed_at = $3
            from counted c
            where c.group_code = g.group_code
            returning g.group_code, g.version, c.added
            """,
            connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = nowUtc });
        var groups = new List<(string, int, int)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            groups.Add((reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2)));
        }

        return groups;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
