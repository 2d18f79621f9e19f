using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Attributes;

/// <summary>Reads and writes a merchant's attributes.</summary>
public sealed class AttributeRows(NpgsqlDataSource database)
{
    private const string Columns =
        "a.attribute_no, a.attribute, a.value, a.document, a.valid_from, a.valid_to, a.supersedes, a.confirmed_by, a.confirmed_at, a.ended_in";

    /// <summary>What counts on a date, by the list of attributes. <c>null</c> when there is no such merchant.</summary>
    public async Task<(int Version, IReadOnlyList<MerchantAttributeAnswer> Rows)?> OnAsync(
        string merchantNo, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select m.version, {Columns}
            from merchant m
            left join merchant_attribute a
                   on a.merchant_id = m.merchant_id and a.ended_in is null and a.valid_from <= $2 and $2 < a.valid_to
            where m.merchant_no = $1
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = on });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var version = reader.GetInt32(0);
        return (version, [.. (await ReadAsync(reader, cancellationToken)).OrderBy(a => a.Attribute)]);
    }

    /// <summary>All rows there ever were, the latest first. Refuses an unknown merchant and a bad cursor.</summary>
    public async Task<Result<Page<MerchantAttributeAnswer>>> HistoryAsync(string merchantNo, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (!page.IsFirst && !int.TryParse(page.After[0], out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            $"""
            select m.version, {Columns}
            from merchant m
            left join merchant_attribute a on a.merchant_id = m.merchant_id and a.attribute_no < $2
            where m.merchant_no = $1
            order by a.attribute_no desc
            limit $3
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? page.Cut(await ReadAsync(reader, cancellationToken), a => [$"{a.No}"])
            : MerchantRefusals.Unknown(merchantNo);
    }

    internal static async Task<MerchantAttributes> LiveAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select attribute_no, attribute, value, document, valid_from, valid_to
            from merchant_attribute where merchant_id = $1 and ended_in is null order by attribute_no
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        var live = new List<ConfirmedAttribute>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            live.Add(new(reader.GetInt32(0), new(
                AttributeOf(reader.GetString(1)), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateOnly>(4), EndOf(reader, 5))));
        }

        return new(live);
    }

    /// <summary>The one that ends first: the database lets no two count for one date.</summary>
    internal static async Task SaveAsync(
        NpgsqlConnection connection, int merchantId, AttributeChange change, int version, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (change.Ends is { } ends)
        {
            Add(batch, "update merchant_attribute set ended_in = $3 where merchant_id = $1 and attribute_no = $2", merchantId, ends.No, version);
        }

        if (change.Comes is { } comes)
        {
            var insert = Add(batch,
                """
                insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at,
                                                valid_to, supersedes)
                values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, 'infinity'), $10)
                """,
                merchantId, version, MerchantRefusals.Word(comes.Attribute), comes.Value, comes.Document, comes.ValidFrom, actor, nowUtc);
            insert.Parameters.Add(new() { Value = (object?)comes.ValidTo ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
            insert.Parameters.Add(new() { Value = (object?)change.Ends?.No ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static MerchantAttribute AttributeOf(string word) => Enum.Parse<MerchantAttribute>(word, ignoreCase: true);

    private static async Task<List<MerchantAttributeAnswer>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<MerchantAttributeAnswer>();
        do
        {
            if (!reader.IsDBNull(1))
            {
                rows.Add(new(
                    reader.GetInt32(1), AttributeOf(reader.GetString(2)), reader.GetString(3), reader.GetString(4),
                    reader.GetFieldValue<DateOnly>(5), EndOf(reader, 6), reader.IsDBNull(7) ? null : reader.GetInt32(7), reader.GetString(8),
                    new DateTimeOffset(reader.GetDateTime(9)), reader.IsDBNull(10) ? null : reader.GetInt32(10)));
            }
        }
        while (await reader.ReadAsync(cancellationToken));
        return rows;
    }

    private static DateOnly? EndOf(NpgsqlDataReader reader, int column) =>
        reader.GetFieldValue<DateOnly>(column) is var end && end == DateOnly.MaxValue ? null : end;

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(command);
        return command;
    }
}
