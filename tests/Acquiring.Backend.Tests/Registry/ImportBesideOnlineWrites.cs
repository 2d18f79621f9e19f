using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Registry;

/// <summary>An online write holds the ingest lock and then looks at merchants and machines; an import must never wait for it with their rows in hand.</summary>
public sealed class ImportBesideOnlineWrites(TestCluster cluster)
{
    [Fact]
    public async Task It_holds_no_row_while_it_waits_for_the_ingest_lock()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await using var online = await desk.DataSource.OpenConnectionAsync();
        await using var transaction = await online.BeginTransactionAsync();
        await IngestLock.TakeAsync(online, CancellationToken.None);

        var import = desk.RunAsync(RegistryDesk.Files(
            RegistryDesk.GoodBranches.Replace("一支行", "第一支行", StringComparison.Ordinal),
            RegistryDesk.GoodMerchants.Replace("1510217421809679290", "1510217421809679291", StringComparison.Ordinal),
            RegistryDesk.GoodTerminals.Replace("一号", "十一号", StringComparison.Ordinal)));
        await UntilItWaitsAsync(online);
        await using (var rows = new NpgsqlCommand(
            """
            select from branch for update nowait;
            select from merchant for update nowait;
            select from terminal for update nowait
            """,
            online))
        {
            await rows.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        (await import).Files.Sum(f => f.Changed).ShouldBe(3);
    }

    /// <summary>A rehearsal may take long and writes nothing: what a sale needs of a merchant (that it stays) it leaves free.</summary>
    [Fact]
    public async Task What_it_changes_of_a_merchant_does_not_keep_a_sale_waiting()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await using var other = await desk.DataSource.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var keep = new NpgsqlCommand("select from merchant for key share; select from terminal for key share", other))
        {
            await keep.ExecuteNonQueryAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var report = await desk.RunAsync(RegistryDesk.Files(
            merchants: RegistryDesk.GoodMerchants.Replace("1510217421809679290", "1510217421809679291", StringComparison.Ordinal),
            terminals: RegistryDesk.GoodTerminals.Replace("一号", "十一号", StringComparison.Ordinal))).WaitAsync(limit.Token);
        report.Files.Sum(f => f.Changed).ShouldBe(2);
    }

    private static async Task UntilItWaitsAsync(NpgsqlConnection connection)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var waits = new NpgsqlCommand(
            $"""
            select exists (select from pg_locks where locktype = 'advisory' and not granted and objid::bigint = {DatabaseLocks.Ingest & 0xFFFF_FFFF}
                              and database = (select oid from pg_database where datname = current_database()))
            """,
            connection);
        while (await waits.ExecuteScalarAsync(limit.Token) is not true)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
