using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Hosting;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Host.Tests.Hosting;

/// <summary>A standalone host and silos never serve one database at the same time, nor do two standalone hosts, wherever they run.</summary>
public sealed class ServeADatabaseAlone(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDirectory _here = new();
    private readonly TestDirectory _elsewhere = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await cluster.NewDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _here.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_second_standalone_host_is_refused_whatever_its_data_directory()
    {
        await using var first = await TakeAsync(isShared: false);

        var shell = new TestShell();
        (await RunVerbAsync(shell)).ShouldNotBe(0);

        ((string)shell.Json["code"]!).ShouldBe("host.database-served-alone");
        ((string)shell.Json["detail"]!).ShouldContain($"process {Environment.ProcessId} on ");
    }

    [Fact]
    public async Task A_standalone_host_is_refused_beside_silos_and_served_when_the_last_is_gone()
    {
        var one = await TakeAsync(isShared: true);
        var another = await TakeAsync(isShared: true);
        var refused = new TestShell();
        (await RunVerbAsync(refused)).ShouldNotBe(0);
        ((string)refused.Json["code"]!).ShouldBe("host.database-served-by-silos");

        await one.DisposeAsync();
        await Should.ThrowAsync<RefusedException>(() => TakeAsync(isShared: false));
        await another.DisposeAsync();

        var shell = new TestShell();
        (await RunVerbAsync(shell)).ShouldBe(0, shell.Error);
    }

    [Fact]
    public async Task A_silo_is_refused_beside_a_standalone_host()
    {
        await using var host = await TakeAsync(isShared: false);

        var refused = await Should.ThrowAsync<RefusedException>(() => TakeAsync(isShared: true));

        refused.Refusal.Code.ShouldBe("host.database-served-alone");
    }

    [Fact]
    public async Task A_host_whose_connection_is_cut_claims_the_database_again()
    {
        await using var host = await TakeAsync(isShared: false);
        var before = await HoldersAsync();

        await EndHoldersAsync();

        await WaitUntilAsync(async () => await HoldersAsync() is [var now] && now != before[0]);
        host.Lost.IsCompleted.ShouldBeFalse();
        await Should.ThrowAsync<RefusedException>(() => TakeAsync(isShared: true));
    }

    [Fact]
    public async Task A_host_ends_when_another_took_the_database_while_its_connection_was_cut()
    {
        await using var host = await TakeAsync(isShared: false);
        await using var other = await _database.DataSource.OpenConnectionAsync();
        await using var wait = new NpgsqlCommand("select pg_advisory_lock($1)", other) { Parameters = { new() { Value = DatabaseLocks.Serving } } };
        var taken = wait.ExecuteNonQueryAsync(); // first in the line when the host's connection goes

        await EndHoldersAsync();
        await taken;

        (await host.Lost.WaitAsync(TimeSpan.FromSeconds(60))).Code.ShouldBe("host.database-served-alone");
    }

    private Task<DatabaseClaim> TakeAsync(bool isShared) =>
        DatabaseClaim.TakeAsync(_database.DataSource, isShared, NullLogger.Instance, TestContext.Current.CancellationToken);

    private Task<int> RunVerbAsync(TestShell shell) => shell.RunAsync(
        "idle", "--on", "2026-11-20", "--json", "--data", _elsewhere["data"], "--database", _database.ConnectionString);

    private async Task<List<int>> HoldersAsync()
    {
        var pids = new List<int>();
        await using var command = _database.DataSource.CreateCommand(
            $"""
            select pid from pg_locks
            where locktype = 'advisory' and granted and objid::bigint = {DatabaseLocks.Serving & 0xFFFF_FFFF} and database = (select oid from pg_database where datname = current_database())
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            pids.Add(rows.GetInt32(0));
        }

        return pids;
    }

    private async Task EndHoldersAsync()
    {
        foreach (var pid in await HoldersAsync())
        {
            await using var end = _database.DataSource.CreateCommand($"select pg_terminate_backend({pid})");
            await end.ExecuteNonQueryAsync();
        }
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
