using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Transactions.Online;

/// <summary>
/// A gateway whose notices wait for the ingest lock, which somebody else holds: a single one in front, and behind it a batch that is
/// copied already.
/// </summary>
internal sealed class HeldUp : IAsyncDisposable
{
    /// <summary>Enough to be copied beside the group before.</summary>
    public const int Many = 1_100;

    private HeldUp(Gateway gateway, NpgsqlConnection holder, NpgsqlTransaction transaction) =>
        (Gateway, Holder, Transaction) = (gateway, holder, transaction);

    public Gateway Gateway { get; }

    /// <summary>Holds the lock until <see cref="Transaction"/> ends.</summary>
    public NpgsqlConnection Holder { get; }

    public NpgsqlTransaction Transaction { get; }

    public static async Task<HeldUp> OpenAsync(TestCluster cluster, Func<TestBank, Task<TestApi>>? start = null)
    {
        var gateway = await Gateway.OpenAsync(cluster, start);
        (await gateway.PostAsync(Gateway.Sale(999_999, 100))).Status.ShouldBe(201);
        var holder = await gateway.Bank.DataSource.OpenConnectionAsync();
        var transaction = await holder.BeginTransactionAsync();
        await IngestLock.TakeAsync(holder, default);
        return new(gateway, holder, transaction);
    }

    /// <summary>Sales of 100.00 with these numbers, one a line.</summary>
    public static string Lines(int from, int count = Many) =>
        string.Join('\n', Enumerable.Range(from, count).Select(stan => Gateway.Sale(stan, 10_000)));

    public async Task<Task<Answer>> PostInFrontAsync(string notice)
    {
        var posting = Gateway.PostAsync(notice);
        await UntilAsync("select exists (select from pg_locks where locktype = 'advisory' and not granted)");
        return posting;
    }

    public async Task<Task<string[]>> CopyAsync(string lines)
    {
        var posting = StatusesAsync(lines);
        await UntilAsync(
            """
            select exists (select from pg_locks l join pg_stat_activity a using (pid)
                           where l.relation = 'day_volume_delta'::regclass and l.mode = 'RowExclusiveLock' and a.state = 'idle in transaction')
            """);
        return posting;
    }

    public async Task<string[]> StatusesAsync(string lines) => [.. (await Gateway.Api.PostLinesAsync(lines)).Select(a => $"{a["status"]}")];

    public async Task UntilAsync(string sql)
    {
        while (!await Gateway.Bank.ScalarAsync<bool>(sql))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Holder.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
