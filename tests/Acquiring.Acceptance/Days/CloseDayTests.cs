using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Days;

/// <summary>Closing: in order, once, and not without the files that the date expects unless someone insists.</summary>
public sealed class CloseDayTests
{
    private static readonly DateOnly Missing = new(2026, 11, 17);

    [Fact]
    public async Task Days_close_in_order_and_closing_twice_changes_nothing()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);
        foreach (var file in BankSamples.Files)
        {
            (await site.IngestOneAsync(BankSamples.PathOf(file.File))).ShouldBe(file);
            var date = NaiveReader.DateInName(file.File);
            (await site.CloseAsync(date)).ShouldBeDone().Json.GetProperty("alreadyClosed").GetBoolean().ShouldBeFalse();
        }

        (await site.CloseAsync(BankSamples.IdleOn)).ShouldBeDone().Json.GetProperty("alreadyClosed").GetBoolean().ShouldBeTrue();
        (await site.IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
        (await site.VolumesAsync(new DateOnly(2026, 11, 14), BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task One_close_catches_up_every_date_before_it_in_order()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);
        await site.IngestAsync([.. BankSamples.Files.Select(file => BankSamples.PathOf(file.File))]);

        var closed = (await site.CloseAsync(BankSamples.IdleOn)).ShouldBeDone().Json.GetProperty("closed");

        closed.EnumerateArray().Select(day => day.GetProperty("businessDate").GetString())
            .ShouldBe(["2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_missing_date_is_refused_then_insisted_on_and_its_late_file_completes_it()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 41, SalesPerDate = 80 });
        var late = set.Files.Single(file => file.BusinessDate == Missing);
        var without = NaiveModel.Of(set, set.Files.Where(file => file != late));
        var with = NaiveModel.Of(set);
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        await site.IngestAsync(set.Files.Where(file => file != late));

        (await site.CloseAsync(set.LastDate)).ShouldBeRefused().ToString().ShouldContain("2026-11-17");
        (await site.CloseAsync(set.LastDate, insist: true)).ShouldBeDone();
        // A date without its file never makes a machine look idle: terminals on the very boundary are not idle yet.
        var boundary = set.Registry.Terminals.First(t => !t.Spare && t.LastTransactionOn == set.LastDate.AddMonths(-3)).No;
        var early = await site.IdleAsync(set.LastDate);
        early.ShouldBe(without.Idle(set.LastDate));
        early.ShouldNotContain(idle => idle.TerminalNo == boundary);

        var outcome = await site.IngestOneAsync(Path.Combine(site.Input, late.Name));
        outcome.Posted.ShouldBeGreaterThan(80);
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(with.Volumes());
        var now = await site.IdleAsync(set.LastDate);
        now.ShouldBe(with.Idle(set.LastDate));
        now.ShouldContain(idle => idle.TerminalNo == boundary);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_date_that_is_no_date_is_wrong_usage()
    {
        await using var site = new Site();
        (await site.RunAsync("close-day", "2026-02-30")).ExitCode.ShouldBe(2);
        (await site.RunAsync("close-day")).ExitCode.ShouldBe(2);
        (await site.RunAsync("ingest")).ExitCode.ShouldBe(2);
        (await site.RunAsync("sell-the-bank")).ExitCode.ShouldBe(2);
    }
}
