using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Backend.Tests.Transactions;

/// <summary>What a process that stands still while others wait for the ingest lock looks like to the server.</summary>
public sealed class StandStillInTheLock(TestCluster cluster) : IAsyncLifetime
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));
    private TestDatabase _database = null!;
    private IngestLockWatch _watch = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await cluster.NewDatabaseAsync();
        _watch = new(_database.DataSource, _clock, NullLogger<IngestLockWatch>.Instance);
        await ExecuteAsync("create table scratch (n int primary key)");
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task In_the_middle_of_a_copy_stream_its_connection_is_ended()
    {
        await using var frozen = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await IngestLock.TakeAsync(frozen, CancellationToken.None);
        var copy = await frozen.BeginTextImportAsync("copy scratch from stdin");
        await copy.WriteAsync("1\n");
        await copy.FlushAsync();
        var waiting = TakeAsync();
        await WaitersAsync(1);

        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(0);
        _clock.Advance(IngestLockWatch.StandsStillMax - TimeSpan.FromSeconds(1));
        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(1);

        await waiting;
        await Should.ThrowAsync<Exception>(async () => await copy.DisposeAsync());
    }

    [Fact]
    public async Task A_stream_that_goes_on_is_left_alone()
    {
        await using var slow = await _database.DataSource.OpenConnectionAsync();
        await using (var transaction = await slow.BeginTransactionAsync())
        {
            await IngestLock.TakeAsync(slow, CancellationToken.None);
            await using (var copy = await slow.BeginTextImportAsync("copy scratch from stdin"))
            {
                var waiting = TakeAsync();
                await WaitersAsync(1);
                for (var n = 0; n < 4; n++)
                {
                    var before = await CopiedAsync();
                    await copy.WriteAsync($"{n}\n");
                    await copy.FlushAsync();
                    await UntilAsync(async () => await CopiedAsync() > before);
                    (await _watch.LookAsync(CancellationToken.None)).ShouldBe(0);
                    _clock.Advance(IngestLockWatch.StandsStillMax);
                }

                waiting.IsCompleted.ShouldBeFalse();
            }

            await transaction.CommitAsync();
        }
    }

    [Fact]
    public async Task Without_the_lock_but_with_a_row_that_its_holder_waits_for_it_is_ended_too()
    {
        await using var frozen = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await new NpgsqlCommand("insert into scratch values (7)", frozen).ExecuteNonQueryAsync();
        var holder = TakeAsync("insert into scratch values (7)");
        await UntilAsync(async () => await CountAsync("pg_stat_activity where wait_event = 'transactionid' and datname = current_database()") == 1);
        var waiting = TakeAsync();
        await WaitersAsync(1);

        await _watch.LookAsync(CancellationToken.None);
        _clock.Advance(IngestLockWatch.StandsStillMax);
        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(1);

        await Task.WhenAll(holder, waiting);
    }

    [Fact]
    public async Task The_next_connection_of_the_same_process_is_ended_soon_after_the_first()
    {
        await using var frozen = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await IngestLock.TakeAsync(frozen, CancellationToken.None);
        await using var next = await _database.DataSource.OpenConnectionAsync();
        await using var other = await next.BeginTransactionAsync();
        await new NpgsqlCommand("insert into scratch values (7)", next).ExecuteNonQueryAsync();
        var holder = TakeAsync("insert into scratch values (7)");
        await WaitersAsync(1);
        await _watch.LookAsync(CancellationToken.None);
        _clock.Advance(IngestLockWatch.StandsStillMax);
        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(1);
        await UntilAsync(async () => await CountAsync("pg_stat_activity where wait_event = 'transactionid' and datname = current_database()") == 1);
        var waiting = TakeAsync();
        await WaitersAsync(1);

        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(0); // it may be about to give up by itself
        _clock.Advance(IngestLockWatch.Grace);
        (await _watch.LookAsync(CancellationToken.None)).ShouldBe(1);

        await Task.WhenAll(holder, waiting);
    }

    private async Task TakeAsync(string sql)
    {
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await IngestLock.TakeAsync(connection, CancellationToken.None);
        await new NpgsqlCommand(sql, connection).ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private async Task TakeAsync()
    {
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await IngestLock.TakeAsync(connection, CancellationToken.None);
    }

    private Task WaitersAsync(int count) => UntilAsync(async () => await CountAsync(
        $"""
        pg_locks where locktype = 'advisory' and not granted and objid::bigint = {DatabaseLocks.Ingest & 0xFFFF_FFFF}
                   and database = (select oid from pg_database where datname = current_database())
        """) == count);

    private async Task<long> CopiedAsync() => await ScalarAsync("select coalesce(sum(bytes_processed), 0)::bigint from pg_stat_progress_copy");

    private Task<long> CountAsync(string from) => ScalarAsync($"select count(*) from {from}");

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
