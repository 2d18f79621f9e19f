using Acquiring.Acceptance;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Cluster.Acceptance;

/// <summary>The main job gives what one process gives, while one silo is killed −9 and another stands still for 30 s.</summary>
public sealed class MainJobOnThreeSilos(TestCluster cluster)
{
    private static readonly string[] Paths = [.. BankSamples.Files.Select(file => BankSamples.PathOf(file.File))];
    private static readonly DateOnly From = new(2026, 11, 1);

    [Fact]
    public async Task A_silo_killed_and_a_silo_frozen_change_nothing_in_what_is_expected()
    {
        await using var silos = await ThreeSilos.StartAsync(cluster);
        await silos[0].ImportAsync(BankSamples.Directory);

        var outcomes = new List<FileOutcome>
        {
            await silos[0].IngestOneAsync(Paths[0]), await silos[1].IngestOneAsync(Paths[1]), await silos[2].IngestOneAsync(Paths[2]),
        };
        silos.Freeze(2);
        await silos.KillAsync(1);
        outcomes.Add(await silos[0].IngestOneAsync(Paths[3]));
        // Beside a dead silo a verb is the silo, for as long as it runs.
        outcomes.Add(await silos[1].IngestOneAsync(Paths[4]));
        await Task.Delay(TimeSpan.FromSeconds(30));
        silos.Thaw(2);
        await silos.ServeAsync(1);
        outcomes.Add(await silos[1].IngestOneAsync(Paths[5]));
        outcomes.Add(await silos[0].IngestOneAsync(Paths[6]));

        outcomes.ShouldBe(BankSamples.Files);
        (await silos[1].CloseAsync(BankSamples.IdleOn)).ShouldBeDone();
        foreach (var silo in new[] { 0, 1 })
        {
            (await silos[silo].VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
            (await silos[silo].IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
            await silos[silo].BooksShouldBeTrueAsync();
        }
    }
}
