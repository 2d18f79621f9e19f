using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>The rows of <c>merchant_limit</c>.</summary>
internal static class MerchantLimitRows
{
    public static NpgsqlBatchCommand Select(int[] merchantIds)
    {
        var command = new NpgsqlBatchCommand(
            """
            select merchant_id, merchant_limit_id, pay_type, effective_from, single_fen, day_fen, day_count, month_fen, month_count
            from merchant_limit
            where merchant_id = any($1)
            """);
        command.Parameters.Add(new() { Value = merchantIds });
        return command;
    }

    public static (int MerchantId, MerchantLimit Limit) Read(NpgsqlDataReader reader) => (
        reader.GetInt32(0),
        new MerchantLimit(
            reader.GetInt32(1),
            reader.IsDBNull(2) ? null : (PayType)reader.GetInt16(2),
            reader.GetFieldValue<DateOnly>(3),
            new LimitTerms(Long(reader, 4), Long(reader, 5), Int(reader, 6), Long(reader, 7), Int(reader, 8))));

    public static async Task InsertAsync(
        NpgsqlConnection connection, int merchantId, PayType? payType, DateOnly effectiveFrom, LimitTerms terms, DateTime setAtUtc,
        string setBy, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into merchant_limit (merchant_id, pay_type, effective_from, single_fen, day_fen, day_count, month_fen, month_count,
                                        set_at, set_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        Add(NpgsqlDbType.Smallint, (short?)payType);
        command.Parameters.Add(new() { Value = effectiveFrom });
        Add(NpgsqlDbType.Bigint, terms.SingleFen);
        Add(NpgsqlDbType.Bigint, terms.DayFen);
        Add(NpgsqlDbType.Integer, terms.DayCount);
        Add(NpgsqlDbType.Bigint, terms.MonthFen);
        Add(NpgsqlDbType.Integer, terms.MonthCount);
        command.Parameters.Add(new() { Value = setAtUtc });
        command.Parameters.Add(new() { Value = setBy });
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add(NpgsqlDbType type, object? value) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    private static long? Long(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static int? Int(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
