using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>Sales less reversals by merchant, transaction date and pay type, for merchants that have limits.</summary>
internal static class VolumeSums
{
    public static NpgsqlBatchCommand Select(int[] merchantIds, DateOnly from)
    {
        var command = new NpgsqlBatchCommand(
            """
            select v.merchant_id, v.transaction_date, 1::smallint, sum(v.gross_fen)::bigint, sum(v.sales - v.reversals)::int
            from unnest($1) as q (merchant_id)
            join day_volume v using (merchant_id)
            where v.transaction_date >= $2 and exists (select from merchant_limit l where l.merchant_id = q.merchant_id)
            group by v.merchant_id, v.transaction_date
            """);
        command.Parameters.Add(new() { Value = merchantIds });
        command.Parameters.Add(new() { Value = from });
        return command;
    }

    public static (int MerchantId, DateOnly Date, PayType PayType, VolumeUse Use) Read(NpgsqlDataReader reader) =>
        (reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), (PayType)reader.GetInt16(2), new(reader.GetInt64(3), reader.GetInt32(4)));
}
