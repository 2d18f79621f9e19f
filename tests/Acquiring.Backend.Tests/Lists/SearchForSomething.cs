using Acquiring.Backend.Lists.Activity;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Lists;

public sealed class SearchForSomething(TestCluster cluster)
{
    [Theory]
    [InlineData("州超", "merchant name 102360758120001")]
    [InlineData("赣州", "merchant name 102360758120001")]
    [InlineData("happy mart", "merchant name 102360758120002")]
    [InlineData("PPYM", "merchant name 102360758120002")]
    [InlineData("州酒", "")]
    // Each two characters of it are in "Happy Mart", and it is not.
    [InlineData("hart", "")]
    [InlineData("10236075812", "merchant number 102360758120001; merchant number 102360758120002")]
    [InlineData("102360758120002", "merchant number 102360758120002")]
    [InlineData("10000001", "terminal number 10000001")]
    [InlineData("S10000002", "terminal serial 10000002")]
    [InlineData("s1000000", "terminal serial 10000001; terminal serial 10000002")]
    [InlineData("8899", "merchant account 102360758120002")]
    [InlineData("889", "")]
    [InlineData("%%", "")]
    public async Task Everything_a_person_has_at_hand_finds_it(string asked, string expected)
    {
        await using var bank = await SeedAsync();
        await using var api = await TestApi.StartAsync(bank);
        await api.Services.GetRequiredService<AccountReferences>().RunAsync(CancellationToken.None);
        var found = await api.GetAsync($"search?q={Uri.EscapeDataString(asked)}");
        string.Join("; ", found.Items.Select(i => $"{i["type"]} {i["by"]} {i["id"]}")).ShouldBe(expected);
        foreach (var item in found.Items)
        {
            (await api.GetAsync($"{item["link"]}"["/api/v1/".Length..])).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_whole_name_comes_before_its_parts_and_more_is_told()
    {
        await using var bank = await SeedAsync();
        await bank.ExecuteAsync("update merchant set name = '大赣州超市' where merchant_no = '102360758120002'");
        await using var api = await TestApi.StartAsync(bank);
        var found = await api.GetAsync("search?q=赣州超市&limit=1");
        $"{found.Items.Single()["id"]} {found.Json["more"]}".ShouldBe("102360758120001 true");
    }

    [Fact]
    public async Task An_account_that_changed_is_found_by_its_new_digits_only_and_the_table_does_not_tell_them()
    {
        await using var bank = await SeedAsync();
        await using var api = await TestApi.StartAsync(bank);
        var references = api.Services.GetRequiredService<AccountReferences>();
        await references.RunAsync(CancellationToken.None);
        await AccountAsync(bank, "102360758120002", "6200000000001234");
        // Between the change and the next run the old digits find nothing.
        (await api.GetAsync("search?q=8899")).Items.ShouldBeEmpty();
        await references.RunAsync(CancellationToken.None);
        (await api.GetAsync("search?q=1234")).Items.Count.ShouldBe(1);
        (await bank.ScalarAsync<string>("select string_agg(r::text, ' ') from merchant_account_reference r")).ShouldNotContain("1234");
    }

    private static async Task AccountAsync(TestBank bank, string merchantNo, string account)
    {
        using var protector = new PersonalDataProtector(new PersonalDataKey(new byte[PersonalDataKey.Bytes]));
        await bank.ExecuteAsync(
            $"""
            update merchant set settlement_account_sealed = '\x{Convert.ToHexString(protector.Seal(account))}',
                                settlement_account_mark = '\x{Convert.ToHexString(protector.Mark(MarkPurposes.Account, account))}'
            where merchant_no = '{merchantNo}'
            """);
    }

    private async Task<TestBank> SeedAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        var first = await bank.MerchantAsync("102360758120001");
        await bank.MerchantAsync("102360758120002");
        await bank.TerminalAsync("10000001", first);
        await bank.TerminalAsync("10000002", first);
        await bank.ExecuteAsync(
            "update merchant set name = '赣州超市' where merchant_id = 1; update merchant set name = 'Happy Mart' where merchant_id = 2");
        await AccountAsync(bank, "102360758120002", "1510217000008899");
        return bank;
    }
}
