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
            select v.merchant_id, v.transaction_date, v.pay_type, sum(v.gross_fen - v.reversal_fen)::bigint, sum(v.sales - v.reversals)::int
            from day_volume_current v
            where v.merchant_id = any (array(select distinct merchant_id from merchant_limit where merchant_id = any($1)))
              and v.transaction_date >= $2
            group by v.merchant_id, v.transaction_date, v.pay_type
            """);
        command.Parameters.Add(new() { Value = merchantIds });
        command.Parameters.Add(new() { Value = from });
        return command;
    }

    public static (int MerchantId, DateOnly Date, PayType PayType, VolumeUse Use) Read(NpgsqlDataReader reader) =>
        (reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), (PayType)reader.GetInt16(2), new(reader.GetInt64(3), reader.GetInt32(4)));
}
