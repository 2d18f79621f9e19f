using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.MainJob;

/// <summary>The main job on the shipped samples: to the fen and to the line.</summary>
public sealed class SamplesTests
{
    private static readonly string[] Paths = [.. BankSamples.Files.Select(file => BankSamples.PathOf(file.File))];
    private static readonly DateOnly From = new(2026, 11, 1);

    [Fact]
    public async Task Import_ingest_and_close_give_what_is_expected_and_sending_again_changes_nothing()
    {
        await using var site = new Site();
        await site.ImportAsync(BankSamples.Directory);

        var files = await site.IngestAsync(Paths);
        files.ShouldBe(BankSamples.Files);
        (await site.CloseAsync(BankSamples.IdleOn)).ShouldBeDone();
        (await site.VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        (await site.IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
        await site.BooksShouldBeTrueAsync();

        var again = await site.IngestAsync(Paths);
        again.ShouldBe(BankSamples.Files.Select(SentAgain));
        (await site.VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        (await site.IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
        await site.BooksShouldBeTrueAsync();
    }

    [Theory]
    [InlineData("6543210")]
    [InlineData("3605142")]
    public async Task Any_order_gives_the_same_sums_volumes_and_idle_list(string order)
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);

        var files = await site.IngestAsync([.. order.Select(i => Paths[i - '0'])]);

        files.Sum(file => file.GrossFen).ShouldBe(BankSamples.Files.Sum(file => file.GrossFen));
        files.Sum(file => file.RefundFen).ShouldBe(BankSamples.Files.Sum(file => file.RefundFen));
        files.Sum(file => file.FeeFen).ShouldBe(BankSamples.Files.Sum(file => file.FeeFen));
        files.Sum(file => file.Sales).ShouldBe(BankSamples.Files.Sum(file => file.Sales));
        files.Sum(file => file.Malformed).ShouldBe(BankSamples.Files.Sum(file => file.Malformed));
        files.Sum(file => file.Lines).ShouldBe(BankSamples.Files.Sum(file => file.Lines));
        (await site.CloseAsync(BankSamples.IdleOn)).ShouldBeDone();
        (await site.VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        (await site.IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Each_file_sent_twice_in_a_row_counts_once()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);

        var files = await site.IngestAsync([.. Paths.SelectMany(path => new[] { path, path })]);

        files.ShouldBe(BankSamples.Files.SelectMany(file => new[] { file, SentAgain(file) }));
        (await site.VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task The_same_registry_again_changes_nothing_and_a_dry_run_writes_nothing()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        (await site.RunAsync("import", "--merchants", BankSamples.PathOf("merchants.csv"), "--branches", BankSamples.PathOf("branches.csv"),
            "--terminals", BankSamples.PathOf("terminals.csv"), "--dry-run")).ShouldBeDone();
        // Nothing is known yet, so every readable line is held.
        var early = await site.IngestOneAsync(Paths[0]);
        early.ShouldBe(new FileOutcome(early.File, 0, 0, 409, 0, 0, 0, 0, 0, 0, 0, 0));

        await site.ImportAsync(BankSamples.Directory);
        await site.ImportAsync(BankSamples.Directory);
        (await site.RunAsync("held", "repost")).ShouldBeDone();
        await site.IngestAsync(Paths[1..]);

        (await site.VolumesAsync(From, BankSamples.IdleOn)).ShouldBe(BankSamples.Volumes);
        (await site.IdleAsync(BankSamples.IdleOn)).ShouldBe(BankSamples.Idle);
        await site.BooksShouldBeTrueAsync();
    }

    /// <summary>Nothing is posted or held twice; what cannot be read still cannot.</summary>
    internal static FileOutcome SentAgain(FileOutcome first) =>
        new(first.File, 0, first.Posted + first.Duplicates + first.Held, 0, first.Malformed, 0, 0, 0, 0, 0, 0, 0);
}
