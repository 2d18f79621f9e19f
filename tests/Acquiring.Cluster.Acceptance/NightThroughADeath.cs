using System.Diagnostics;
using System.Net;
using System.Text;
using Acquiring.Acceptance;
using Acquiring.Backend.Books;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Cluster.Acceptance;

/// <summary>The silo that checks the books of a date is killed −9 in the middle; another goes on from there when the lease is over.</summary>
public sealed class NightThroughADeath(TestCluster cluster, ITestOutputHelper output)
{
    private const int ChecksBefore = 4;

    /// <summary>A lease of 60 s and a look each minute, twice: the machine may be busy.</summary>
    private static readonly TimeSpan s_finishedMax = TimeSpan.FromSeconds(240);

    [Fact]
    public async Task The_shard_of_a_killed_silo_is_finished_by_another_and_each_check_is_made_once()
    {
        await using var silos = await ThreeSilos.StartAsync(cluster);
        await silos[0].ImportAsync(BankSamples.Directory);
        (await silos[0].CloseAsync(BankSamples.IdleOn, insist: true)).ShouldBeDone();
        await using var database = NpgsqlDataSource.Create(silos.Database);
        // The fifth verdict does not get in: its transaction waits for this one.
        await using var blocking = await database.OpenConnectionAsync();
        await using var transaction = await blocking.BeginTransactionAsync();
        await using (var block = new NpgsqlCommand("insert into book_verdict values ($1, 1, $2, now(), 0, '[]')", blocking, transaction))
        {
            block.Parameters.Add(new() { Value = BankSamples.IdleOn });
            block.Parameters.Add(new() { Value = BookChecks.Codes[ChecksBefore] });
            await block.ExecuteNonQueryAsync();
        }

        var asked = Stopwatch.GetTimestamp();
        using (var body = new StringContent("{}", Encoding.UTF8, "application/json"))
        using (var answer = await silos.Http(0).PostAsync(new Uri($"api/v1/jobs/verify-books/{BankSamples.IdleOn:yyyy-MM-dd}", UriKind.Relative), body))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        await UntilAsync(database, "exists (select from job_shard where state = 'running')");
        var begun = Stopwatch.GetElapsedTime(asked);
        await UntilAsync(database, $"exists (select from job_shard where done = {ChecksBefore}) and exists (select from pg_locks where not granted)");
        var owner = await TextAsync(database, "select owner from job_shard");
        var victim = Enumerable.Range(0, 3).Single(i => owner.EndsWith($"/{silos.ProcessId(i)}", StringComparison.Ordinal));
        await silos.KillAsync(victim);
        var killed = Stopwatch.GetTimestamp();
        await transaction.RollbackAsync();
        await UntilAsync(database, "not exists (select from job_shard where state <> 'done')");
        var finished = Stopwatch.GetElapsedTime(killed);

        output.WriteLine($"begun {begun.TotalSeconds:0.0} s after it was asked for; finished {finished.TotalSeconds:0.0} s after silo {victim} was killed");
        (await TextAsync(database, "select concat_ws(' ', done, token, run) from job_shard")).ShouldBe($"{BookChecks.Codes.Count} 2 1");
        (await TextAsync(database, "select count(*) from book_verdict")).ShouldBe($"{BookChecks.Codes.Count}");
        finished.ShouldBeLessThan(s_finishedMax);
        await silos[(victim + 1) % 3].BooksShouldBeTrueAsync();
    }

    private static async Task<string> TextAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    private static async Task UntilAsync(NpgsqlDataSource database, string condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        while (await TextAsync(database, $"select {condition}") != "True")
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
