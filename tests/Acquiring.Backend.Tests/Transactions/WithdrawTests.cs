using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Backend.Tests.Transactions;

public sealed class Withdraw(TestCluster cluster)
{
    [Fact]
    public async Task A_withdrawn_file_leaves_the_sums_as_if_it_had_never_come_and_may_come_again()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 7, Merchants = 20, Terminals = 30, Dates = 4, SalesPerDate = 120, LateSales = true });
        await using var bank = await ClearingBank.WithSetAsync(cluster, set, 40);
        var ids = new List<int>();
        foreach (var file in set.Files)
        {
            ids.Add((await bank.TakeAsync(file.Name, file.Bytes, file.BusinessDate)).FileId);
        }

        var all = await bank.VolumesAsync();
        var withdrawal = (await bank.Withdraw.RunAsync(ids[1], "wrong", "test", TestContext.Current.CancellationToken)).Value;
        await bank.BooksShouldBeInOrderAsync();
        withdrawal.Rows.ShouldBeGreaterThan(100);

        // Lines of this date that the next file repeated were duplicates then; sending the file again brings them, and no others.
        withdrawal.SendAgain.ShouldContain(set.Files[2].Name);
        await bank.TakeAsync(set.Files[2].Name, set.Files[2].Bytes, set.Files[2].BusinessDate);
        var naive = NaiveModel.Of(set, [set.Files[0], set.Files[2], set.Files[3]]);
        (await bank.VolumesAsync()).ShouldBe(naive.Volumes().OrderBy(v => v.MerchantNo, StringComparer.Ordinal).ThenBy(v => v.Date).ToList());
        await bank.BooksShouldBeInOrderAsync();

        await bank.TakeAsync(set.Files[1].Name, set.Files[1].Bytes, set.Files[1].BusinessDate);
        (await bank.VolumesAsync()).ShouldBe(all);
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Withdrawing_twice_changes_nothing()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        var file = await bank.TakeAsync("clearing_20261114_fen.csv", ClearingBank.Read("clearing_20261114_fen.csv"));
        await bank.Withdraw.RunAsync(file.FileId, "", "test", TestContext.Current.CancellationToken);
        var rows = await bank.CountAsync("select count(*) from journal");

        var again = (await bank.Withdraw.RunAsync(file.FileId, "", "test", TestContext.Current.CancellationToken)).Value;

        again.AlreadyWithdrawn.ShouldBeTrue();
        (await bank.CountAsync("select count(*) from journal")).ShouldBe(rows);
        (await bank.VolumesAsync()).ShouldBeEmpty();
        (await bank.Withdraw.RunAsync(999, "", "test", TestContext.Current.CancellationToken)).Refusal!.Code.ShouldBe("ingest.unknown-file");
    }

    [Fact]
    public async Task Every_file_withdrawn_in_any_order_leaves_nothing()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 8, Merchants = 10, Terminals = 15, Dates = 4, SalesPerDate = 60, LateSales = true });
        await using var bank = await ClearingBank.WithSetAsync(cluster, set, 25);
        var ids = new List<int>();
        foreach (var file in set.Files)
        {
            ids.Add((await bank.TakeAsync(file.Name, file.Bytes, file.BusinessDate)).FileId);
        }

        foreach (var id in new[] { ids[1], ids[0], ids[3], ids[2] })
        {
            (await bank.Withdraw.RunAsync(id, "", "test", TestContext.Current.CancellationToken)).IsRefused.ShouldBeFalse();
            await bank.BooksShouldBeInOrderAsync();
        }

        (await bank.VolumesAsync()).ShouldBeEmpty();
        (await bank.HeldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_withdrawn_sent_again_and_withdrawn_again_leaves_no_refund_without_its_sale()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        string[] names = ["ZM_20261116.txt", "ZM_20261117.txt"];
        foreach (var name in names)
        {
            await bank.TakeAsync(name, ClearingBank.Read(name));
        }

        for (var round = 0; round < 2; round++)
        {
            var file = await bank.CountAsync("select max(file_id) from clearing_file where file_name = 'ZM_20261116.txt'");
            (await bank.Withdraw.RunAsync((int)file, "", "test", TestContext.Current.CancellationToken)).Value.Rows.ShouldBeGreaterThan(400);
            await bank.BooksShouldBeInOrderAsync();
            await bank.TakeAsync(names[0], ClearingBank.Read(names[0]));
            await bank.BooksShouldBeInOrderAsync();
        }
    }

    [Fact]
    public async Task A_repeat_that_posted_what_a_withdrawal_had_freed_is_no_repeat()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        var whole = ClearingBank.Read("ZM_20261117.txt");
        var part = whole[..(Array.IndexOf(whole, (byte)'\n', 90_000) + 1)];
        var a = await bank.TakeAsync("ZM_20261117.txt", whole);
        var b = await bank.TakeAsync("part_20261117.txt", part);
        await bank.Withdraw.RunAsync(a.FileId, "", "test", TestContext.Current.CancellationToken);

        var again = await bank.TakeAsync("part_20261117.txt", part);
        again.Posted.ShouldBeGreaterThan(100);
        again.RepeatOf.ShouldBeNull();
        await bank.Withdraw.RunAsync(b.FileId, "", "test", TestContext.Current.CancellationToken);
        await bank.BooksShouldBeInOrderAsync();
        await bank.Withdraw.RunAsync(again.FileId, "", "test", TestContext.Current.CancellationToken);
        (await bank.VolumesAsync()).ShouldBeEmpty();
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Withdrawing_a_repeat_withdraws_the_file_it_repeats()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        var first = await bank.TakeAsync("ZM_20261117.txt", ClearingBank.Read("ZM_20261117.txt"));
        var repeat = await bank.TakeAsync("ZM_20261117.txt", ClearingBank.Read("ZM_20261117.txt"));

        var withdrawal = (await bank.Withdraw.RunAsync(repeat.FileId, "", "test", TestContext.Current.CancellationToken)).Value;
        withdrawal.FileId.ShouldBe(first.FileId);
        withdrawal.Rows.ShouldBeGreaterThan(400);
        (await bank.VolumesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_withdrawn_while_it_is_read_posts_nothing_more_and_is_not_complete()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 9, Merchants = 20, Terminals = 30, Dates = 1, SalesPerDate = 1_500, Formats = [SampleFormat.ZmUtf8] });
        await using var bank = await ClearingBank.WithSetAsync(cluster, set, 100);
        var withdrawn = false;
        var body = new PausingStream(set.Files[0].Bytes, 500_000, async () =>
        {
            var id = (int)await bank.CountAsync("select max(file_id) from clearing_file");
            await bank.Withdraw.RunAsync(id, "", "test", TestContext.Current.CancellationToken);
            withdrawn = true;
        });

        var refused = await Should.ThrowAsync<Core.Refusals.RefusedException>(() => bank.TryTakeAsync(set.Files[0].Name, body));
        withdrawn.ShouldBeTrue();
        refused.Refusal.Code.ShouldBe("ingest.withdrawn-meanwhile");
        (await bank.VolumesAsync()).ShouldBeEmpty();
        (await bank.CountAsync("select count(*) from clearing_file where state = 'complete'")).ShouldBe(0);
        await bank.BooksShouldBeInOrderAsync();
    }
}

/// <summary>A body that lets something else happen when so many bytes were read.</summary>
internal sealed class PausingStream(byte[] bytes, int pauseAt, Func<Task> pause) : MemoryStream(bytes)
{
    private bool _paused;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_paused && Position >= pauseAt)
        {
            _paused = true;
            await pause();
        }

        return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 4096)], cancellationToken);
    }
}
