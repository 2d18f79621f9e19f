using System.Data;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>What the rows say of one merchant at one moment.</summary>
/// <param name="Posted">Of the lines under way, those that the moment's journal holds.</param>
/// <param name="Fence">The token that was raised for the reader; 0 when it asked for none, or the merchant needs no windows.</param>
internal sealed record LoadedWindows(MerchantLimits Limits, VolumeWindows Windows, IReadOnlySet<LineReservation> Posted, long Fence);

/// <summary>
/// Reads limits and windows for grains. Grains that ask at the same time are answered by one reading: a batch of notices wakes hundreds
/// of merchants, and after a file all of them read again. Each merchant's part is found by an index.
/// </summary>
public sealed class VolumeWindowLoader(NpgsqlDataSource database)
{
    /// <summary>Merchants in one reading.</summary>
    private const int MerchantsMax = 500;

    private readonly Lock _gate = new();
    private readonly Queue<Ask> _asked = new();
    private bool _isReading;

    internal sealed record Ask(int MerchantId, DateOnly From, IReadOnlyList<LineReservation> UnderWay, bool RaisesFence)
    {
        public TaskCompletionSource<LoadedWindows> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public VolumeWindows Windows { get; private set; } = new();

        public List<MerchantLimit> Limits { get; } = [];

        public HashSet<LineReservation> Posted { get; } = [];

        public long Fence { get; set; }

        public LoadedWindows Loaded => new(Limits.Count == 0 ? MerchantLimits.None : new(Limits), Windows, Posted, Fence);

        public void BeginAnew()
        {
            Windows = new();
            Limits.Clear();
            Posted.Clear();
        }
    }

    /// <param name="merchantId">Whose.</param>
    /// <param name="from">The first transaction date that matters.</param>
    /// <param name="underWay">Lines to look up in the same snapshot.</param>
    /// <param name="raisesFence">From now on only lines judged by this reader may post, where the merchant's limits need windows.</param>
    internal Task<LoadedWindows> LoadAsync(int merchantId, DateOnly from, IReadOnlyList<LineReservation> underWay, bool raisesFence)
    {
        var ask = new Ask(merchantId, from, underWay, raisesFence);
        lock (_gate)
        {
            _asked.Enqueue(ask);
            if (_isReading)
            {
                return ask.Answer.Task;
            }

            _isReading = true;
        }

        // Not in the turn of the grain that happened to ask first.
        _ = Task.Run(ReadAllAsync);
        return ask.Answer.Task;
    }

    private async Task ReadAllAsync()
    {
        while (Take() is { Count: > 0 } asks)
        {
            try
            {
                await ReadAsync(asks);
                asks.ForEach(a => a.Answer.TrySetResult(a.Loaded));
            }
#pragma warning disable CA1031 // Whatever went wrong is the answer of those who asked.
            catch (Exception e)
#pragma warning restore CA1031
            {
                asks.ForEach(a => a.Answer.TrySetException(e));
            }
        }
    }

    private List<Ask> Take()
    {
        lock (_gate)
        {
            var asks = new List<Ask>(Math.Min(_asked.Count, MerchantsMax));
            while (asks.Count < MerchantsMax && _asked.TryDequeue(out var ask))
            {
                asks.Add(ask);
            }

            _isReading = asks.Count > 0;
            return asks;
        }
    }

    private async Task ReadAsync(List<Ask> asks)
    {
        await using var connection = await database.OpenConnectionAsync();
        // One snapshot for all statements: what is under way is either in the sums or not found.
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            await ReadAsync(connection, asks);
        }

        var raising = asks.Where(a => a.RaisesFence && a.Loaded.Limits.NeedsWindows).ToList();
        if (raising.Count > 0)
        {
            await RaiseAsync(connection, raising);
        }
    }

    /// <summary>Reads again under the ingest lock: what was judged under an earlier token is in the rows by now, or never will be.</summary>
    private static async Task RaiseAsync(NpgsqlConnection connection, List<Ask> asks)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await IngestLock.TakeAsync(connection, CancellationToken.None);
        var tokens = await LimitFences.RaiseAsync(connection, [.. asks.Select(a => a.MerchantId).Distinct()], CancellationToken.None);
        foreach (var ask in asks)
        {
            ask.BeginAnew();
            ask.Fence = tokens[ask.MerchantId];
        }

        await ReadAsync(connection, asks);
        await transaction.CommitAsync();
    }

    private static async Task ReadAsync(NpgsqlConnection connection, List<Ask> asks)
    {
        var byMerchant = asks.ToLookup(a => a.MerchantId);
        await using var batch = new NpgsqlBatch(connection);
        var ids = asks.Select(a => a.MerchantId).Distinct().ToArray();
        batch.BatchCommands.Add(MerchantLimitRows.Select(ids));
        batch.BatchCommands.Add(VolumeSums.Select(ids, asks.Min(a => a.From)));
        var underWay = asks.SelectMany(a => a.UnderWay).Distinct().ToArray();
        if (underWay.Length > 0)
        {
            batch.BatchCommands.Add(PostedLines.Select(underWay));
        }

        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (merchantId, limit) = MerchantLimitRows.Read(reader);
            foreach (var ask in byMerchant[merchantId])
            {
                ask.Limits.Add(limit);
            }
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var (merchantId, date, payType, use) = VolumeSums.Read(reader);
            foreach (var ask in byMerchant[merchantId])
            {
                ask.Windows.Add(date, payType, use);
            }
        }

        if (underWay.Length > 0)
        {
            await reader.NextResultAsync();
            foreach (var line in await PostedLines.ReadAsync(reader, underWay))
            {
                foreach (var ask in byMerchant[line.MerchantId])
                {
                    ask.Posted.Add(line);
                }
            }
        }
    }
}
