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
}
