using System.Diagnostics;
using Acquiring.Acceptance.Running;

namespace Acquiring.Acceptance.Hosting;

/// <summary>One writer a data directory, found by its verbs; two directories know nothing of each other.</summary>
public sealed class OneWriterTests
{
    [Fact]
    public async Task Verbs_beside_a_server_are_its_clients_and_it_stops_in_order()
    {
        await using var site = new Site();
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(BankSamples.Directory);
            var first = await site.IngestOneAsync(BankSamples.PathOf(BankSamples.Files[0].File));
            first.ShouldBe(BankSamples.Files[0]);
            // The server itself knows what its client did.
            (await serving.Http.GetStringAsync(new Uri("api/v1/volumes?from=2026-11-14&to=2026-11-14", UriKind.Relative)))
                .ShouldContain(BankSamples.Volumes[0].MerchantNo);
            (await serving.Http.GetStringAsync(new Uri("health/live", UriKind.Relative))).ShouldNotBeNull();
            (await serving.StopAsync()).ShouldBe(0, serving.Said);
        }

        PrivatePostgres.Of(site.Data).ShouldBeNull("a host that stops in order stops its database");
        // Alone again, a verb finds what the server kept.
        (await site.IngestOneAsync(BankSamples.PathOf(BankSamples.Files[0].File))).Duplicates.ShouldBe(409);
        await site.BooksShouldBeTrueAsync();
        PrivatePostgres.Of(site.Data).ShouldBeNull("a verb that hosts takes its database down with it");
    }

    [Fact]
    public async Task Two_data_directories_run_side_by_side()
    {
        await using var one = new Site();
        await using var other = new Site();
        await using var serving = await one.ServeAsync();
        await using var servingToo = await other.ServeAsync();
        await Task.WhenAll(one.ImportAsync(BankSamples.Directory), other.ImportAsync(BankSamples.Directory));

        var outcomes = await Task.WhenAll(
            one.IngestOneAsync(BankSamples.PathOf(BankSamples.Files[0].File)), other.IngestOneAsync(BankSamples.PathOf(BankSamples.Files[1].File)));

        outcomes[0].ShouldBe(BankSamples.Files[0]);
        outcomes[1].Sales.ShouldBe(400);
        (await one.VolumesAsync(new DateOnly(2026, 11, 15), new DateOnly(2026, 11, 15))).ShouldBeEmpty();
        await one.BooksShouldBeTrueAsync();
        await other.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_killed_hosts_database_is_adopted_by_the_next()
    {
        await using var site = new Site();
        int database;
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(BankSamples.Directory);
            await serving.KillAsync();
            database = PrivatePostgres.Of(site.Data).ShouldNotBeNull().Id;
        }

        await using var next = await site.ServeAsync();
        PrivatePostgres.Of(site.Data).ShouldNotBeNull().Id.ShouldBe(database);
        (await site.IngestOneAsync(BankSamples.PathOf(BankSamples.Files[0].File))).ShouldBe(BankSamples.Files[0]);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_data_directory_out_of_the_databases_reach_is_refused_with_the_place()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root starts PostgreSQL as somebody else");
        var parent = Directory.CreateTempSubdirectory("acquiring-closed-").FullName;
        try
        {
            File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var answer = await AcquiringProgram.RunAsync(["verify-books", "--json", "--data", Path.Combine(parent, "data")]);
            answer.ShouldBeRefused();
            (answer.Output + answer.Error).ShouldContain(parent);
        }
        finally
        {
            await PrivatePostgres.KillIn(parent);
            Directory.Delete(parent, recursive: true);
        }
    }

    [Fact]
    public async Task Verbs_started_at_once_on_a_fresh_directory_take_turns()
    {
        await using var site = new Site();
        var began = Stopwatch.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => site.RunAsync("verify-books")));

        // Each either did its work or said that another was in the way; none broke anything and none hung.
        answers.ShouldAllBe(answer => answer.ExitCode == 0 || answer.ExitCode == 1);
        answers.ShouldContain(answer => answer.ExitCode == 0);
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Every_verb_tells_how_it_is_used()
    {
        foreach (var verb in new[] { "serve", "import", "ingest", "held", "withdraw", "close-day", "idle", "volumes", "verify-books" })
        {
            var english = await AcquiringProgram.RunAsync([verb, "--help", "--lang", "en"]);
            english.ShouldBeDone().Output.ShouldContain(verb);
            english.Output.ShouldContain("--json");
        }
    }
}
