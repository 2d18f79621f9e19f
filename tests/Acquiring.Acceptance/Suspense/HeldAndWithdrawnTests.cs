using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Suspense;

/// <summary>What waits in suspense can be put right, and a wrong file can be undone.</summary>
public sealed class HeldAndWithdrawnTests
{
    private static readonly SampleOptions Bank = new() { Seed = 51, SalesPerDate = 150, Dates = 4 };

    [Fact]
    public async Task Held_lines_post_once_their_terminal_is_imported()
    {
        var set = SampleSet.Generate(Bank);
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        var files = await site.IngestAsync(set.Files);
        (await HeldAsync(site)).ShouldBe(files.Sum(file => file.Held));
        var before = await site.VolumesAsync(set.Options.FirstDate, set.LastDate);

        // The unknown terminal is one of the first date's merchant, whose machine had not been registered yet.
        var held = NaiveReader.Read(set.Files[0].Name, set.Files[0].Bytes, set.Files[0].BusinessDate)
            .First(line => line?.Terminal == SampleRegistry.UnknownTerminalNo)!;
        var merchant = set.Registry.Merchants.Single(m => m.No == held.Merchant);
        var terminal = new SampleTerminal(
            SampleRegistry.UnknownTerminalNo, merchant, "N86", new DateOnly(2026, 1, 5), new DateOnly(2026, 11, 1), Spare: false, Trades: true);
        var terminals = site.Write("terminals_more.csv", set.Registry.TerminalsCsv(terminal));
        (await site.RunAsync("import", "--terminals", terminals)).ShouldBeDone();
        (await site.RunAsync("held", "repost")).ShouldBeDone();

        var after = await site.VolumesAsync(set.Options.FirstDate, set.LastDate);
        after.Sum(day => day.Sales).ShouldBe(before.Sum(day => day.Sales) + 1);
        after.Sum(day => day.NetFen).ShouldBe(before.Sum(day => day.NetFen) + held.AmountFen);
        (await HeldAsync(site)).ShouldBe(files.Sum(file => file.Held) - 1);
        (await site.RunAsync("held", "repost")).ShouldBeDone();
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(after);
        var again = await site.IngestAsync(set.Files);
        again.ShouldAllBe(file => file.Posted == 0 && file.Held == 0);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_withdrawn_file_leaves_sums_as_if_it_had_never_come_and_the_right_file_then_posts()
    {
        var set = SampleSet.Generate(Bank with { Seed = 52 });
        var wrong = set.Files[2];
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        await site.IngestAsync(set.Files);
        var whole = NaiveModel.Of(set);
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(whole.Volumes());

        (await site.RunAsync("withdraw", Path.Combine(site.Input, wrong.Name))).ShouldBeDone();
        (await site.CloseAsync(set.LastDate)).ShouldBeRefused();
        await site.BooksShouldBeTrueAsync();

        (await site.IngestOneAsync(Path.Combine(site.Input, wrong.Name))).Posted.ShouldBeGreaterThan(140);
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).ShouldBe(whole.Volumes());
        (await site.IdleAsync(set.LastDate)).ShouldBe(whole.Idle(set.LastDate));
        (await site.CloseAsync(set.LastDate)).ShouldBeDone();
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Withdrawing_the_last_file_gives_exactly_the_sums_without_it()
    {
        var set = SampleSet.Generate(Bank with { Seed = 53 });
        var wrong = set.Files[^1];
        var without = NaiveModel.Of(set, set.Files.Where(file => file != wrong));
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        await site.IngestAsync(set.Files);

        (await site.RunAsync("withdraw", Path.Combine(site.Input, wrong.Name))).ShouldBeDone();

        (await NonEmptyVolumesAsync(site, set)).ShouldBe(without.Volumes());
        await site.BooksShouldBeTrueAsync();
        (await site.RunAsync("withdraw", Path.Combine(site.Input, "never_20261101.csv"))).ShouldBeRefused();
    }

    /// <summary>A date that was undone whole may still be listed, with nothing in it.</summary>
    private static async Task<IEnumerable<MerchantDay>> NonEmptyVolumesAsync(Site site, SampleSet set) =>
        (await site.VolumesAsync(set.Options.FirstDate, set.LastDate)).Where(day => day is not { Sales: 0, NetFen: 0, FeeFen: 0 });

    private static async Task<long> HeldAsync(Site site)
    {
        var answer = (await site.RunAsync("held", "list")).ShouldBeDone().Json;
        return answer.ValueKind == System.Text.Json.JsonValueKind.Array ? answer.GetArrayLength() : answer.GetProperty("items").GetArrayLength();
    }
}
