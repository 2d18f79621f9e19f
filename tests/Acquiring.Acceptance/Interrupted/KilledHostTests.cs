using System.Diagnostics;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Interrupted;

/// <summary>kill −9 in the middle of an ingest, the command repeated: the report is an uninterrupted run's.</summary>
public sealed class KilledHostTests(ITestOutputHelper output)
{
    private static readonly SampleOptions Bank = new()
    {
        Seed = 21, Merchants = 120, Terminals = 200, Dates = 2, SalesPerDate = AcquiringProgram.InFull ? 120_000 : 36_000,
        Formats = [SampleFormat.CsvYuan, SampleFormat.ZmGbk],
    };

    /// <summary>A kill falls between many commits of a file, not into the only one.</summary>
    private static readonly Dictionary<string, string> SmallChunks = new() { ["Ingest__LinesPerChunk"] = "1000" };

    [Fact]
    public async Task A_host_killed_again_and_again_ends_with_the_report_of_an_uninterrupted_run()
    {
        var set = SampleSet.Generate(Bank);
        var model = NaiveModel.Of(set, []);
        var random = new Random(Bank.Seed);
        var kills = 0;
        await using var site = new Site { Settings = SmallChunks };
        await site.ImportAsync(set);
        foreach (var file in set.Files)
        {
            var expected = model.Take(file.Name, file.Bytes, file.BusinessDate);
            var path = Path.Combine(site.Input, file.Name);
            // A killed run leaves its chunks, so each repeat gets further: ever later kills hit ever later chunks.
            for (var i = 0; i < (AcquiringProgram.InFull ? 8 : 3); i++)
            {
                if (!await site.RunAndKillAsync(TimeSpan.FromMilliseconds(1500 + (i * 400) + random.Next(900)), "ingest", path))
                {
                    break;
                }

                kills++;
            }

            // Whether or not a run got to its end unseen, the last word must be the same as the books'.
            var outcome = await site.IngestOneAsync(path);
            if (outcome.Posted != 0)
            {
                outcome.ShouldBe(expected);
            }
        }

        output.WriteLine($"{kills} kills");
        kills.ShouldBeGreaterThan(2);
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(model.Volumes());
        (await site.IdleAsync(set.LastDate)).ShouldBe(model.Idle(set.LastDate));
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_server_killed_under_its_client_loses_nothing_and_the_repeat_finishes_the_file()
    {
        var set = SampleSet.Generate(Bank with { Seed = 22, Dates = 1 });
        var model = NaiveModel.Of(set, []);
        var file = set.Files[0];
        var expected = model.Take(file.Name, file.Bytes, file.BusinessDate);
        var path = "";
        await using var site = new Site { Settings = SmallChunks };
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(set);
            path = Path.Combine(site.Input, file.Name);
            using var client = site.Start("ingest", path);
            var clientOutput = client.StandardOutput.ReadToEndAsync();
            var clientError = client.StandardError.ReadToEndAsync();
            await SomeLinesAsync(serving);
            await serving.KillAsync();
            using var limit = new CancellationTokenSource(AcquiringProgram.VerbTimeout);
            await client.WaitForExitAsync(limit.Token);
            // The client may have found no server any more and done the work itself; it must not claim success otherwise.
            output.WriteLine($"client: exit {client.ExitCode}\n{await clientOutput}\n{await clientError}");
            client.ExitCode.ShouldBeOneOf(0, 1);
        }

        await using var next = await site.ServeAsync();
        var outcome = await site.IngestOneAsync(path);
        if (outcome.Posted != 0)
        {
            outcome.ShouldBe(expected);
        }

        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(model.Volumes());
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Host_and_database_killed_together_lose_nothing_either()
    {
        var set = SampleSet.Generate(Bank with { Seed = 23, Dates = 1 });
        var model = NaiveModel.Of(set, []);
        var file = set.Files[0];
        var expected = model.Take(file.Name, file.Bytes, file.BusinessDate);
        await using var site = new Site { Settings = SmallChunks };
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(set);
            using var client = site.Start("ingest", Path.Combine(site.Input, file.Name));
            _ = client.StandardOutput.ReadToEndAsync();
            _ = client.StandardError.ReadToEndAsync();
            await SomeLinesAsync(serving);
            client.Kill();
            await serving.KillAsync();
            await PrivatePostgres.KillIn(site.Data);
        }

        var outcome = await site.IngestOneAsync(Path.Combine(site.Input, file.Name));
        if (outcome.Posted != 0)
        {
            outcome.ShouldBe(expected);
        }

        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(model.Volumes());
        await site.BooksShouldBeTrueAsync();
    }

    /// <summary>Until the running ingest has written some lines, or is through.</summary>
    private static async Task SomeLinesAsync(Serving serving)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < AcquiringProgram.VerbTimeout)
        {
            var operations = await serving.Http.GetStringAsync(new Uri("api/v1/operations", UriKind.Relative));
            using var answer = System.Text.Json.JsonDocument.Parse(operations);
            if (answer.RootElement.GetProperty("items").EnumerateArray().Any(o => o.GetProperty("lines").GetInt64() > 0))
            {
                return;
            }

            await Task.Delay(5);
        }

        throw new TimeoutException("The ingest never began.");
    }
}
