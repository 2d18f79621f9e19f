using System.Text.Json;
using Acquiring.Acceptance.Interrupted.Load;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Interrupted;

/// <summary>kill −9 of the host and of PostgreSQL while terminals post: what was acknowledged is there, once.</summary>
public sealed class KilledUnderLoadTests(ITestOutputHelper output)
{
    private const int Seed = 41;

    private static readonly int Kills = AcquiringProgram.InFull ? 20 : 3;

    private static readonly SampleOptions Bank = new()
    {
        Seed = Seed, Dates = Kills, SalesPerDate = 20_000, Formats = [SampleFormat.CsvFen],
        // Far from the dates of the load.
        FirstDate = new(2026, 3, 2),
    };

    private readonly Random _random = new(Seed);

    [Fact]
    public async Task A_host_killed_again_and_again_has_every_acknowledged_transaction_exactly_once()
    {
        var set = SampleSet.Generate(Bank with { Dates = 1, SalesPerDate = 50 });
        await using var site = new Site();
        var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        var load = new GatewayLoad(set, serving.Http, Seed);
        try
        {
            for (var i = 0; i < Kills; i++)
            {
                await load.KillAsync(SomeNotices(), SomeTime(), site.Database, async () =>
                {
                    await serving.KillAsync();
                    serving = await site.ServeAsync();
                    return serving.Http;
                });
            }

            await load.StopAsync(site.Database);
        }
        finally
        {
            load.Abandon();
        }

        output.WriteLine($"seed {Seed}\n{load}");
        load.ShouldBeExact();
        (await site.VolumesAsync(load.Date, load.Date)).ShouldBe(load.Volumes());
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_database_killed_again_and_again_comes_back_with_all_that_was_acknowledged()
    {
        var set = SampleSet.Generate(Bank);
        var model = NaiveModel.Of(set, []);
        await using var site = new Site { Settings = new Dictionary<string, string> { ["Ingest__LinesPerChunk"] = "500" } };
        var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        var load = new GatewayLoad(set, serving.Http, Seed);
        var cuts = 0;
        try
        {
            foreach (var file in set.Files)
            {
                var expected = model.Take(file.Name, file.Bytes, file.BusinessDate);
                // The verb waits for the server and sends the file again by itself.
                var ingest = site.RunAsync("ingest", Path.Combine(site.Input, file.Name));
                await LinesAsync(serving, ingest);
                await load.KillAsync(10, SomeTime(), site.Database, () =>
                {
                    PrivatePostgres.KillWhole(site.Data).ShouldBeGreaterThan(3);
                    return Task.FromResult(serving.Http);
                });
                var answer = (await ingest).ShouldBeDone();
                cuts += answer.Json[0].GetProperty("resumed").GetBoolean() ? 1 : 0;
                var outcome = Site.Outcomes(answer).ShouldHaveSingleItem();
                if (outcome.Posted != 0)
                {
                    outcome.ShouldBe(expected);
                }

                await load.RunAsync(SomeNotices());
            }

            await load.StopAsync(site.Database);
        }
        finally
        {
            load.Abandon();
        }

        output.WriteLine($"seed {Seed}, {load.Outages} calls answered 503, {cuts} of {set.Files.Count} files cut between their chunks\n{load}");
        load.ShouldBeExact();
        load.Outages.ShouldBeGreaterThan(0, "the host tells of the outage");
        cuts.ShouldBeGreaterThanOrEqualTo(set.Files.Count / 2);
        (await site.VolumesAsync(load.Date, load.Date)).ShouldBe(load.Volumes());
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(model.Volumes());
        await site.BooksShouldBeTrueAsync();
    }

    /// <summary>The two above would prove nothing if they could not fail.</summary>
    [Fact]
    public async Task A_database_that_confirms_before_it_writes_is_seen_to_lose()
    {
        var set = SampleSet.Generate(Bank with { Dates = 1, SalesPerDate = 50 });
        await using var site = new Site();
        var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        await JournalCensus.MakeForgetfulAsync(site.Database);
        var load = new GatewayLoad(set, serving.Http, Seed, givesBack: false);
        try
        {
            for (var i = 0; i < Kills && (AcquiringProgram.InFull || load.Lost == 0); i++)
            {
                await load.KillAsync(SomeNotices(), SomeTime(), site.Database, () =>
                {
                    PrivatePostgres.KillWhole(site.Data);
                    return Task.FromResult(serving.Http);
                });
            }
        }
        finally
        {
            load.Abandon();
        }

        output.WriteLine($"seed {Seed}, synchronous_commit = off\n{load}");
        load.Lost.ShouldBeGreaterThan(0);
    }

    /// <summary>Until the running ingest has written some lines, or is through.</summary>
    private static async Task LinesAsync(Serving serving, Task ingest)
    {
        while (!ingest.IsCompleted)
        {
            using var answer = JsonDocument.Parse(await serving.Http.GetStringAsync(new Uri("api/v1/operations", UriKind.Relative)));
            if (answer.RootElement.GetProperty("items").EnumerateArray().Any(o => o.GetProperty("state").GetString() == "running" && o.GetProperty("lines").GetInt64() > 0))
            {
                return;
            }

            await Task.Delay(5);
        }
    }

    private int SomeNotices() => (AcquiringProgram.InFull ? 300 : 200) + _random.Next(AcquiringProgram.InFull ? 1_200 : 400);

    private TimeSpan SomeTime() => TimeSpan.FromMilliseconds(_random.Next(50));
}
