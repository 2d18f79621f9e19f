using System.Diagnostics;
using Acquiring.Acceptance.Running;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Cluster.Acceptance;

/// <summary>The silo that reads a clearing file is gone in the middle of it; the file is sent again to another, which finishes it exactly.</summary>
public sealed class FilesThroughADeath(TestCluster cluster, ITestOutputHelper output)
{
    private static readonly SampleOptions Bank = new()
    {
        Seed = 51, Merchants = 120, Terminals = 200, Dates = 1, SalesPerDate = 20_000, Formats = [SampleFormat.CsvFen],
    };

    private readonly SampleSet _set = SampleSet.Generate(Bank);

    private SampleFile File => _set.Files[0];

    [Fact]
    public async Task A_file_cut_by_a_kill_is_finished_by_another_silo()
    {
        var model = NaiveModel.Of(_set, []);
        var expected = model.Take(File.Name, File.Bytes, File.BusinessDate);
        await using var silos = await ThreeSilos.StartAsync(cluster);
        await silos[0].ImportAsync(_set);
        using var client = Begin(silos);
        await ChunksAsync(silos, 10);

        await silos.KillAsync(1);
        client.Kill(); // else it would be a silo itself and go on
        await client.WaitForExitAsync();
        var before = await silos.AskAsync("select count(*) from clearing_chunk");
        before.ShouldBeLessThan(200, "the file was through before its silo died"); // 20,000 lines of 100

        (await silos[2].IngestOneAsync(PathOf(silos, 2))).ShouldBe(expected);

        output.WriteLine($"cut after {before} of {await silos.AskAsync("select count(*) from clearing_chunk")} chunks");
        await ShouldBeExactAsync(silos, model);
    }

    [Fact]
    public async Task A_silo_that_stands_still_inside_a_copy_stream_keeps_the_others_waiting_for_half_a_minute_at_most()
    {
        var model = NaiveModel.Of(_set, []);
        var expected = model.Take(File.Name, File.Bytes, File.BusinessDate);
        await using var silos = await ThreeSilos.StartAsync(cluster, linesPerChunk: 2_000);
        await silos[0].ImportAsync(_set);
        using var client = Begin(silos);
        await FreezeInsideACopyAsync(silos);
        client.Kill();
        var began = Stopwatch.GetTimestamp();

        (await silos[2].IngestOneAsync(PathOf(silos, 2))).ShouldBe(expected);

        output.WriteLine($"finished by another silo {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s after the freeze");
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(60));
        silos.Thaw(1);
        await silos[2].IngestOneAsync(PathOf(silos, 2)); // beside whatever the thawed one still tries
        await ShouldBeExactAsync(silos, model);
    }

    private Process Begin(ThreeSilos silos)
    {
        System.IO.File.WriteAllBytes(PathOf(silos, 1), File.Bytes);
        System.IO.File.WriteAllBytes(PathOf(silos, 2), File.Bytes);
        var client = silos[1].Start("ingest", PathOf(silos, 1));
        _ = client.StandardOutput.ReadToEndAsync();
        _ = client.StandardError.ReadToEndAsync();
        return client;
    }

    private string PathOf(ThreeSilos silos, int silo) => Path.Combine(silos[silo].Input, File.Name);

    /// <summary>Again and again for a moment, until the server sees a copy stream without an end.</summary>
    private static async Task FreezeInsideACopyAsync(ThreeSilos silos)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout, "the file was through before it could be caught");
            silos.Freeze(1);
            await Task.Delay(20); // what the server has received it has worked off
            var caught = await silos.AskAsync(
                "select count(*) from pg_stat_activity where state = 'active' and wait_event = 'ClientRead' and query ilike 'copy%'");
            if (caught > 0)
            {
                return;
            }

            silos.Thaw(1);
            await Task.Delay(7);
        }
    }

    private static async Task ChunksAsync(ThreeSilos silos, int count)
    {
        var began = Stopwatch.GetTimestamp();
        while (await silos.AskAsync("select count(*) from clearing_chunk") < count)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout);
            await Task.Delay(5);
        }
    }

    private async Task ShouldBeExactAsync(ThreeSilos silos, NaiveModel model)
    {
        (await silos[0].VolumesAsync(Bank.FirstDate, _set.LastDate)).ShouldBe(model.Volumes());
        await silos[0].BooksShouldBeTrueAsync();
    }
}
