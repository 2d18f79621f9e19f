using System.Runtime.InteropServices;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>Adds journal rows to the day volumes: one upsert for all keys of a chunk, in key order so that no two writers deadlock.</summary>
internal static class DayVolumeWriter
{
    private readonly record struct VolumeKey(DateOnly TransactionDate, int MerchantId, int TerminalId, DateOnly BusinessDate);

    private struct Volume
    {
        public int Sales;
        public int Refunds;
        public int Reversals;
        public long GrossFen;
        public long RefundFen;
        public long FeeFen;

        public void Add(JournalRow row)
        {
            var one = row.IsLive ? 1 : -1;
            switch (row.Key.Kind)
            {
                case TransactionKind.Sale:
                    Sales += one;
                    GrossFen += row.AmountFen;
                    break;
                case TransactionKind.Refund:
                    Refunds += one;
                    RefundFen += row.AmountFen;
                    break;
                case TransactionKind.Reversal:
                    Reversals += one;
                    RefundFen += row.AmountFen;
                    break;
                default:
                    throw new InvalidOperationException($"no volume is kept for kind {row.Key.Kind}");
            }

            FeeFen += row.FeeFen;
        }
    }

    public static async Task AddAsync(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, CancellationToken cancellationToken)
    {
        var volumes = new Dictionary<VolumeKey, Volume>();
        foreach (var row in rows)
        {
            var key = new VolumeKey(row.Key.Date, row.Key.MerchantId, row.Key.TerminalId, row.BusinessDate);
            CollectionsMarshal.GetValueRefOrAddDefault(volumes, key, out _).Add(row);
        }

        var ordered = volumes
            .OrderBy(v => v.Key.TransactionDate).ThenBy(v => v.Key.MerchantId).ThenBy(v => v.Key.TerminalId).ThenBy(v => v.Key.BusinessDate)
            .ToArray();
        await using var command = new NpgsqlCommand(
            """
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date,
                                    sales, refunds, reversals, gross_fen, refund_fen, fee_fen)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict on constraint day_volume_pk do update
               set sales      = day_volume.sales + excluded.sales,
                   refunds    = day_volume.refunds + excluded.refunds,
                   reversals  = day_volume.reversals + excluded.reversals,
                   gross_fen  = day_volume.gross_fen + excluded.gross_fen,
                   refund_fen = day_volume.refund_fen + excluded.refund_fen,
                   fee_fen    = day_volume.fee_fen + excluded.fee_fen
            """,
            connection);
        Add(NpgsqlDbType.Date, v => v.Key.TransactionDate);
        Add(NpgsqlDbType.Integer, v => v.Key.MerchantId);
        Add(NpgsqlDbType.Integer, v => v.Key.TerminalId);
        Add(NpgsqlDbType.Date, v => v.Key.BusinessDate);
        Add(NpgsqlDbType.Integer, v => v.Value.Sales);
        Add(NpgsqlDbType.Integer, v => v.Value.Refunds);
        Add(NpgsqlDbType.Integer, v => v.Value.Reversals);
        Add(NpgsqlDbType.Bigint, v => v.Value.GrossFen);
        Add(NpgsqlDbType.Bigint, v => v.Value.RefundFen);
        Add(NpgsqlDbType.Bigint, v => v.Value.FeeFen);
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(NpgsqlDbType type, Func<KeyValuePair<VolumeKey, Volume>, T> column) =>
            command.Parameters.Add(new() { Value = Array.ConvertAll(ordered, v => column(v)), NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
