using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// What a set of journal rows adds to the day volumes, appended to <c>day_volume_delta</c>: one sum for each run of rows of one key, so
/// rows in key order make few. Upserting the sums themselves chunk by chunk cost as much as the rows (9 µs a sum); appended ones cost a
/// tenth and are folded once a file.
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

    private readonly CopyBuffer _rows = new();
    private VolumeKey _key;
    private Volume _volume;

    /// <summary>Sums of runs that ended.</summary>
    public int Count => _rows.Rows;

    public void Add(JournalRow row)
    {
        var key = new VolumeKey(row.Key.Date, row.Key.MerchantId, row.Key.TerminalId, row.BusinessDate, row.PayType);
        if (key != _key)
        {
            EndRun();
            _key = key;
        }

        ref var volume = ref _volume;
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
        EndRun();
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
        // What is taken together is kept in memory: by default a fold of a few ten thousand sums goes through temporary files.
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands = { new("select set_config('work_mem', '64MB', true)"), new("select fold_day_volumes()") },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whoever reads a sum passes over what was appended; what is folded should not be in the way until the server gets to it.</summary>
    public static async Task ForgetFoldedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("vacuum (skip_locked) day_volume_delta", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public void Dispose() => _rows.Dispose();

    private void EndRun()
    {
        if (_key == default)
        {
            return;
        }

        _rows.StartRow(ColumnCount);
        _rows.Date(_key.TransactionDate);
        _rows.Integer(_key.MerchantId);
        _rows.Integer(_key.TerminalId);
        _rows.Date(_key.BusinessDate);
        _rows.SmallInt((short)_key.PayType);
        _rows.Integer(_volume.Sales);
        _rows.Integer(_volume.Refunds);
        _rows.Integer(_volume.Reversals);
        _rows.BigInt(_volume.GrossFen);
        _rows.BigInt(_volume.RefundFen);
        _rows.BigInt(_volume.ReversalFen);
        _rows.BigInt(_volume.FeeFen);
        _rows.BigInt(_volume.IssuerFeeFen);
        _rows.BigInt(_volume.NetworkFeeFen);
        (_key, _volume) = (default, default);
    }
}
