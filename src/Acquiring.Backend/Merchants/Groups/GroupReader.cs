using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Groups;

/// <summary>Reads groups and who belonged to them when.</summary>
public sealed class GroupReader(NpgsqlDataSource database)
{
    public async Task<MerchantGroupAnswer?> OneAsync(string code, CancellationToken cancellationToken)
    {
        var rows = await ListAsync("select group_code, kind, name, version from merchant_group where group_code = $1", Group, cancellationToken, code);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<Page<MerchantGroupAnswer>> AllAsync(MerchantGroupKind? kind, PageRequest page, CancellationToken cancellationToken) => page.Cut(
        await ListAsync(
            """
            select group_code, kind, name, version from merchant_group
            where group_code > $1 and ($2 = '' or kind = $2) order by group_code limit $3
            """,
            Group, cancellationToken, page.IsFirst ? "" : page.After[0], kind is { } k ? MerchantRefusals.Word(k) : "", page.Limit + 1),
        g => [g.Code]);

    /// <summary>Refuses an unknown group.</summary>
    public async Task<Result<Page<GroupMemberAnswer>>> MembersAsync(string code, DateOnly on, PageRequest page, CancellationToken cancellationToken)
    {
        if (await OneAsync(code, cancellationToken) is null)
        {
            return GroupRefusals.Unknown(code);
        }

        return page.Cut(
            await ListAsync(
                """
                select m.merchant_no, m.name, g.valid_from, g.valid_to, g.added_by
                from merchant_group_member g
                join merchant m using (merchant_id)
                where g.group_code = $1 and not g.voided and g.valid_from <= $2 and $2 < g.valid_to and m.merchant_no > $3
                order by m.merchant_no limit $4
                """,
                r => new GroupMemberAnswer(r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), End(r, 3), r.GetString(4)),
                cancellationToken, code, on, page.IsFirst ? "" : page.After[0], page.Limit + 1),
            m => [m.MerchantNo]);
    }

    public Task<List<GroupOfMerchantAnswer>> OfMerchantAsync(string merchantNo, DateOnly on, CancellationToken cancellationToken) => ListAsync(
        """
        select g.group_code, g.kind, g.name, b.valid_from, b.valid_to
        from merchant m
        join merchant_group_member b using (merchant_id)
        join merchant_group g using (group_code)
        where m.merchant_no = $1 and not b.voided and b.valid_from <= $2 and $2 < b.valid_to
        order by g.group_code
        """,
        r => new GroupOfMerchantAnswer(r.GetString(0), KindOf(r.GetString(1)), r.GetString(2), r.GetFieldValue<DateOnly>(3), End(r, 4)),
        cancellationToken, merchantNo, on);

    internal static MerchantGroupKind KindOf(string word) => Enum.Parse<MerchantGroupKind>(word, ignoreCase: true);

    private static MerchantGroupAnswer Group(NpgsqlDataReader r) => new(r.GetString(0), KindOf(r.GetString(1)), r.GetString(2), r.GetInt32(3));

    private static DateOnly? End(NpgsqlDataReader r, int column) =>
        r.GetFieldValue<DateOnly>(column) is var end && end == DateOnly.MaxValue ? null : end;

    private async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
