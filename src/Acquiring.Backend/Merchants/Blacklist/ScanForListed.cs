using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Merchants.Blacklist;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>
/// Compares all live merchants with all live entries, by digests, and opens a case for each merchant that is found; what is found beside an
/// open case is added to it. What a person told apart stays so. Its caller holds the lock of the registry import, so that no merchant comes
/// in beside it, and commits.
/// </summary>
public sealed class ScanForListed(PersonalDataProtector protector, BlacklistOptions options, TimeProvider clock)
{
    /// <summary>How many cases were opened, and how many got more matches.</summary>
    internal async Task<(int Opened, int Extended)> RunAsync(NpgsqlConnection connection, string actor, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(connection, cancellationToken);
        var found = await FindAsync(connection, names, cancellationToken);
        if (found == 0)
        {
            return (0, 0);
        }

        var today = BusinessTime.Today(clock);
        var now = clock.GetUtcNow().UtcDateTime;
        var opened = await ExecuteAsync(
            connection,
            """
            insert into blacklist_case (merchant_id, found_on, due_on)
            select distinct merchant_id, $1, $2 from found_listed where not has_case order by merchant_id
            """,
            cancellationToken, today, today.AddDays(options.ClearWithinDays));
        var extended = await ExecuteAsync(
            connection,
            """
            update blacklist_case c set version = c.version + 1
            where c.state = 'open' and c.merchant_id in (select merchant_id from found_listed where has_case)
            """,
            cancellationToken);
        await ExecuteAsync(
            connection,
            """
            insert into blacklist_case_match (blacklist_case_id, blacklist_entry_id, field, found_at)
            select c.blacklist_case_id, f.entry_id, f.field, $1
            from found_listed f
            join blacklist_case c on c.merchant_id = f.merchant_id and c.state = 'open'
            """,
            cancellationToken, now);
        await ExecuteAsync(
            connection,
            """
            with told as (
                select c.blacklist_case_id, c.version, case when f.has_case then 'addMatches' else 'open' end as act, m.merchant_no, c.found_on, c.due_on,
                       jsonb_agg(jsonb_build_object('field', f.field, 'kind', e.kind, 'source', e.source, 'listedOn', e.listed_on)
                                 order by f.field, e.blacklist_entry_id) as matches
                from found_listed f
                join blacklist_case c on c.merchant_id = f.merchant_id and c.state = 'open'
                join blacklist_entry e on e.blacklist_entry_id = f.entry_id
                join merchant m on m.merchant_id = f.merchant_id
                group by c.blacklist_case_id, f.has_case, m.merchant_no
            ), events as (
                insert into outbox_event (type, object_key, object_version, payload, at)
                select 'blacklistCase.' || act, 'blacklist-case-' || blacklist_case_id, version,
                       jsonb_build_object('blacklistCaseId', blacklist_case_id, 'merchantNo', merchant_no, 'version', version, 'foundOn', found_on,
                                          'dueOn', due_on, 'matches', matches, 'actor', $2::text), $1
                from told
                order by blacklist_case_id
            )
            insert into blacklist_case_step (blacklist_case_id, version, act, why, details, actor, at)
            select blacklist_case_id, version, act, '', jsonb_build_object('matches', matches), $2::text, $1 from told
            """,
            cancellationToken, now, actor);
        await RegradeMerchants.RunAsync(
            connection, await NewlyListedAsync(connection, cancellationToken), today, today, "blacklistCase", actor, now, cancellationToken);
        return (opened, extended);
    }

    private static async Task<int[]> NewlyListedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(array_agg(distinct merchant_id order by merchant_id), '{}') from found_listed where not has_case", connection);
        return (int[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Names are compared by digests too, and nothing keeps a merchant's: they are made here, as long as any name is listed.</summary>
    private async Task<(int[] Ids, byte[][] Marks, string[] Fields)> NamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(
            "select value_mark from blacklist_entry where kind = 'name' and removed_at is null", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                listed.Add(Convert.ToBase64String(reader.GetFieldValue<byte[]>(0)));
            }
        }

        var (ids, marks, fields) = (new List<int>(), new List<byte[]>(), new List<string>());
        if (listed.Count > 0)
        {
            await using var command = new NpgsqlCommand(
                "select merchant_id, name, trade_name from merchant where state <> 'closed'", connection) { CommandTimeout = 0 };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                Add(reader.GetInt32(0), "name", reader.GetString(1));
                Add(reader.GetInt32(0), "tradeName", reader.GetString(2));
            }
        }

        return ([.. ids], [.. marks], [.. fields]);

        void Add(int merchantId, string field, string name)
        {
            if (ListedValues.Tidy(BlacklistKind.Name, name) is { } tidy
                && BlacklistMarks.Of(protector, BlacklistKind.Name, tidy) is var mark && listed.Contains(Convert.ToBase64String(mark)))
            {
                ids.Add(merchantId);
                marks.Add(mark);
                fields.Add(field);
            }
        }
    }

    private static async Task<int> FindAsync(
        NpgsqlConnection connection, (int[] Ids, byte[][] Marks, string[] Fields) names, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            create temp table if not exists found_listed (merchant_id integer, entry_id integer, field text, has_case boolean) on commit drop;
            truncate found_listed;
            """,
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var fill = new NpgsqlCommand(
            """
            insert into found_listed
            select distinct f.merchant_id, f.entry_id, f.field, c.blacklist_case_id is not null
            from (
                select m.merchant_id, e.blacklist_entry_id as entry_id, 'creditCode' as field
                from blacklist_entry e join merchant m on m.credit_code_mark = e.value_mark where e.removed_at is null
                union all
                select m.merchant_id, e.blacklist_entry_id, 'settlementAccount'
                from blacklist_entry e join merchant m on m.settlement_account_mark = e.value_mark where e.removed_at is null
                union all
                select a.merchant_id, e.blacklist_entry_id, 'licenceNo'
                from blacklist_entry e join merchant_application a on a.licence_mark = e.value_mark where e.removed_at is null
                union all
                select a.merchant_id, e.blacklist_entry_id, 'phone'
                from blacklist_entry e join merchant_application a on a.phone_mark = e.value_mark where e.removed_at is null
                union all
                select a.merchant_id, e.blacklist_entry_id, 'personInCharge.idNo'
                from blacklist_entry e join merchant_application a on a.person_mark = e.value_mark where e.removed_at is null
                union all
                select n.merchant_id, e.blacklist_entry_id, n.field
                from unnest($1, $2, $3) n (merchant_id, mark, field)
                join blacklist_entry e on e.value_mark = n.mark and e.removed_at is null
            ) f
            join merchant m on m.merchant_id = f.merchant_id and m.state <> 'closed'
            left join blacklist_case c on c.merchant_id = f.merchant_id and c.state = 'open'
            where not exists (select from blacklist_dismissal d where d.merchant_id = f.merchant_id and d.blacklist_entry_id = f.entry_id)
              and not exists (select from blacklist_case_match x
                              where x.blacklist_case_id = c.blacklist_case_id and x.blacklist_entry_id = f.entry_id and x.field = f.field)
            """,
            connection) { CommandTimeout = 0 };
        fill.Parameters.Add(new() { Value = names.Ids });
        fill.Parameters.Add(new() { Value = names.Marks, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        fill.Parameters.Add(new() { Value = names.Fields, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return await fill.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
