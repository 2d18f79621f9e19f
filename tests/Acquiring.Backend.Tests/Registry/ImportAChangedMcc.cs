using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

public sealed class ImportAChangedMcc(TestCluster cluster)
{
    private static string Merchants(string mcc) => RegistryDesk.GoodMerchants.Replace("5411", mcc, StringComparison.Ordinal);

    [Fact]
    public async Task It_counts_from_the_effective_date_on_and_the_same_file_again_changes_nothing()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var changed = RegistryDesk.Files(merchants: Merchants("5331")).ToList();
        (await desk.RunAsync(changed)).Files.Single().Changed.ShouldBe(1);
        var before = await desk.WholeDatabaseAsync();
        (await desk.RunAsync(changed)).ChangedAnything.ShouldBeFalse();
        (await desk.WholeDatabaseAsync()).ShouldBe(before);

        (await desk.SnapshotAsync()).TryMerchant("102360000000001", out var merchant).ShouldBeTrue();
        merchant!.MccHistory!.On(new(2026, 11, 21)).ShouldBe("5411");
        merchant.MccHistory.On(new(2026, 11, 22)).ShouldBe("5331");
        merchant.Mcc.ShouldBe("5331");
    }

    [Fact]
    public async Task What_a_person_decided_since_stays()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RowsAsync("update merchant set mcc = '5331', imported_mcc = '5411' where merchant_no = '102360000000001' returning 'x'");
        (await desk.RunAsync(RegistryDesk.Files(merchants: RegistryDesk.GoodMerchants))).ChangedAnything.ShouldBeFalse();
        (await desk.RunAsync(RegistryDesk.Files(merchants: Merchants("5947")))).Files.Single().Changed.ShouldBe(1);
        (await desk.RowsAsync("select mcc || coalesce(imported_mcc, '-') from merchant order by merchant_no limit 1")).ShouldBe(["5947-"]);
        (await desk.RowsAsync("select mcc_before || mcc from merchant_mcc")).ShouldBe(["53315947"]);
    }

    [Fact]
    public async Task It_never_reaches_back_to_what_is_priced_or_decided()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RowsAsync("""
            insert into day_volume_delta
            select '2026-11-20', merchant_id, 1, '2026-11-20', 1, 1, 0, 0, 100, 0, 0, 1, 0, 0 from merchant where merchant_no = '102360000000001'
            returning 'x'
            """);
        var changed = RegistryDesk.Files(merchants: Merchants("5331")).ToList();
        var used = (await desk.RunAsync(changed, new("tester", EffectiveOn: new(2026, 11, 20)))).Errors.ShouldHaveSingleItem();
        (used.Row, used.Column, used.Code, used.Details[0].Value).ShouldBe((2, "mcc", "registry.mcc-already-used", "2026-11-20"));
        (await desk.RunAsync(changed, new("tester", EffectiveOn: new(2026, 12, 1)))).Errors.ShouldBeEmpty();
        var taken = (await desk.RunAsync(RegistryDesk.Files(merchants: Merchants("5947")))).Errors.ShouldHaveSingleItem();
        (taken.Row, taken.Code, taken.Details[0].Value).ShouldBe((2, "registry.mcc-date-taken", "2026-12-01"));
    }
}
