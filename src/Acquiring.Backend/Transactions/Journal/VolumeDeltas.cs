using System.Runtime.InteropServices;
using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// What a set of journal rows adds to the day volumes, summed by key and appended to <c>day_volume_delta</c>. Upserting the sums
/// themselves chunk by chunk cost as much as the rows (9 µs a sum); appended ones cost a tenth and are folded once a file.
/// </summary>
internal sealed class VolumeDeltas : IDisposable
{
    private const short ColumnCount = 14;

    private readonly record struct VolumeKey(
        DateOnly TransactionDate, int MerchantId, int TerminalId, DateOnly BusinessDate, PayType PayType);

    private struct Volume
    {
        public int Sales;
        public int Refunds;
        public int Reversals;
        public long GrossFen;
        public long RefundFen;
        public long ReversalFen;
        public long FeeFen;
        public long IssuerFeeFen;
        public long NetworkFeeFen;
    }

    private readonly Dictionary<VolumeKey, Volume> _volumes = [];
    private readonly CopyBuffer _rows = new();

    public int Count => _volumes.Count;

    public void Add(JournalRow row)
    {
        var key = new VolumeKey(row.Key.Date, row.Key.MerchantId, row.Key.TerminalId, row.BusinessDate, row.PayType);
        ref var volume = ref CollectionsMarshal.GetValueRefOrAddDefault(_volumes, key, out _);
        var one = row.IsLive ? 1 : -1;
        switch (row.Key.Kind)
        {
            case TransactionKind.Sale:
                volume.Sales += one;
                volume.GrossFen += row.AmountFen;
                break;
            case TransactionKind.Refund:
                volume.Refunds += one;
                volume.RefundFen += row.AmountFen;
                break;
            case TransactionKind.Reversal:
                volume.Reversals += one;
                volume.RefundFen += row.AmountFen;
                volume.ReversalFen += row.AmountFen;
                break;
            default:
                throw new InvalidOperationException($"no volume is kept for kind {row.Key.Kind}");
        }

        volume.FeeFen += row.Fee.FeeFen;
        volume.IssuerFeeFen += row.Fee.IssuerFeeFen;
        volume.NetworkFeeFen += row.Fee.NetworkFeeFen;
    }

    public Task SendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (key, volume) in _volumes)
        {
            _rows.StartRow(ColumnCount);
            _rows.Date(key.TransactionDate);
            _rows.Integer(key.MerchantId);
            _rows.Integer(key.TerminalId);
            _rows.Date(key.BusinessDate);
            _rows.SmallInt((short)key.PayType);
            _rows.Integer(volume.Sales);
            _rows.Integer(volume.Refunds);
            _rows.Integer(volume.Reversals);
            _rows.BigInt(volume.GrossFen);
            _rows.BigInt(volume.RefundFen);
            _rows.BigInt(volume.ReversalFen);
            _rows.BigInt(volume.FeeFen);
            _rows.BigInt(volume.IssuerFeeFen);
            _rows.BigInt(volume.NetworkFeeFen);
        }

        return _rows.SendAsync(
            connection,
            """
            copy day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                   gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            from stdin (format binary)
            """,
            cancellationToken);
    }

    /// <summary>
    /// Folds what was appended into the day volumes, one at a time whoever asks. Sums stay exact without it, since whoever reads
    /// them reads <c>day_volume_current</c>; it keeps that reading cheap.
    /// </summary>
    public static async Task FoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select fold_day_volumes()", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public void Dispose() => _rows.Dispose();
}
