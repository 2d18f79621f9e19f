using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Messages;

public sealed class TellOfAHold(TestCluster cluster)
{
    [Fact]
    public async Task The_merchant_and_its_manager_are_told_who_why_and_what_lifts_it()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        (await desk.Api.PostAsync("account-managers", """{"managerCode":"AM1","branchCode":"360700"}""")).Status.ShouldBe(200);
        await desk.Bank.ExecuteAsync(
            "insert into merchant_care (merchant_id, valid_from, manager_code, branch_code) values (1, '2026-01-01', 'AM1', '360700')");
        await desk.ContactAsync("""{"phone":"139 0797 0001"}""");
        await desk.ContactAsync("""{"email":"am1@bank.example","language":"en"}""", path: "account-managers/AM1");
        await desk.ActAsync("restrict", MessageDesk.Restrict, 1);
        await desk.RoundAsync();
        (await desk.StatesAsync()).ShouldBe(["merchant-restricted sent", "staff-hold sent"]);
        var files = desk.Files();
        files[1].ShouldContain("\"to\":\"13907970001\"");
        files[1].ShouldContain(
            $"贵商户商户（{Gateway.MerchantNo}）自2026-11-22起暂停扫码收款、退款。原因：Chargebacks. 解除条件：A visit. 咨询请联系总行。");
        var mail = Unfolded(files[0]);
        mail.ShouldContain("To: am1@bank.example\r\n");
        Text(mail, "Subject: ").ShouldBe($"Merchant {Gateway.MerchantNo} is restricted: no QR code sales, refunds");
        Body(mail).ShouldBe(
            $"Merchant 商户 ({Gateway.MerchantNo}, 总行): since 2026-11-22 no QR code sales, refunds, set by operator. Reason: Chargebacks. To have it lifted: A visit.");

        var row = (await desk.LogAsync($"?merchantNo={Gateway.MerchantNo}&template=merchant-restricted")).ShouldHaveSingleItem();
        $"{row["channel"]} {row["to"]} {row["parts"]} {row["attempts"]} {row["language"]}".ShouldBe("sms 139***01 2 1 zh-CN");
        var shown = await desk.Api.GetAsync($"messages/{row["messageId"]}");
        shown.Text("text").ShouldContain("解除条件：A visit.");
        $"{shown.Json["tries"]![0]!["gateway"]} {shown.Json["tries"]![0]!["outcome"]}".ShouldBe("file accepted");
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task It_is_told_once_however_often_it_is_asked_for_or_composed()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.ContactAsync("""{"phone":"13907970001"}""");
        await desk.ActAsync("suspend", """{"why":"w","cure":"c"}""", 1, "k");
        await desk.ActAsync("suspend", """{"why":"w","cure":"c"}""", 1, "k");
        await desk.RoundAsync();
        await desk.Bank.ExecuteAsync("update outbox_reader set upto = '3' where reader = 'messages'");
        await desk.RoundAsync();
        (await desk.StatesAsync("?template=merchant-suspended")).ShouldBe(["merchant-suspended sent"]);
        desk.Files().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_lifted_before_it_went_out_is_not_told()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.RestrictAsync();
        await desk.ActAsync("lift", """{"hold":2,"why":"seen"}""", 2);
        await desk.RoundAsync();
        (await desk.StatesAsync()).ShouldBe(["merchant-restricted withdrawn", "staff-hold noAddress", "hold-lifted withdrawn"]);
        (await desk.LogAsync()).Select(m => $"{m["reason"]}").ShouldBe(["neverTold", "", "lifted"]);
        desk.Files().ShouldBeEmpty();
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Who_was_told_of_it_is_told_that_it_is_lifted_and_in_that_order()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        await desk.RestrictAsync();
        var tries = 0;
        sms.Do = (context, _) =>
        {
            context.Response.StatusCode = tries++ == 0 ? 503 : 202;
            return Task.CompletedTask;
        };
        await desk.RoundAsync();
        desk.Bank.Clock.Advance(TimeSpan.FromSeconds(5));
        await desk.RoundAsync();
        await desk.ActAsync("lift", """{"hold":2,"why":"seen"}""", 2);
        await desk.RoundAsync();
        sms.Heard.Select(h => h.Text.Contains("解除条件", StringComparison.Ordinal)).ShouldBe([true, true, false]);
        sms.Heard[2].Text.ShouldBe($"贵商户商户（{Gateway.MerchantNo}）2026-11-22设置的限制已于2026-11-22解除。咨询请联系总行。");
        sms.Heard.ShouldAllBe(h => h.Secret == "s3cret" && h.Key.Length == 36);
        (await desk.StatesAsync()).ShouldBe(["merchant-restricted sent", "staff-hold noAddress", "hold-lifted sent"]);
    }

    [Fact]
    public async Task Many_merchants_held_in_one_act_are_each_told()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        var answer = await desk.Api.PostAsync(
            "merchants/bulk/suspend",
            $$"""{"bulkActId":"0199f0c4-7a10-7000-8000-000000000005","items":[{"id":"{{Gateway.MerchantNo}}","version":1},{"id":"{{Gateway.OtherMerchantNo}}","version":1}],"why":"w","cure":"c"}""");
        answer.Status.ShouldBeOneOf(202, 207);
        while (await desk.Bank.ScalarAsync<long>("select count(*) from merchant_hold") < 2)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await desk.ComposeAsync();
        (await desk.LogAsync("?template=merchant-suspended")).Select(m => $"{m["partyKey"]} {m["state"]}").Order()
            .ShouldBe([$"{Gateway.MerchantNo} noAddress", $"{Gateway.OtherMerchantNo} noAddress"]);
        await desk.BooksShouldBeInOrderAsync();
    }

    private static string Unfolded(string mail) => mail.Replace("\r\n ", " ", StringComparison.Ordinal);

    private static string Text(string mail, string header)
    {
        var line = mail.Split("\r\n").Single(l => l.StartsWith(header, StringComparison.Ordinal));
        return System.Text.Encoding.UTF8.GetString(
            [.. line[header.Length..].Split(' ').SelectMany(w => Convert.FromBase64String(w["=?utf-8?B?".Length..^2]))]);
    }

    private static string Body(string mail) => System.Text.Encoding.UTF8.GetString(
        Convert.FromBase64String(mail.Split("\r\n\r\n")[1].Replace("\r\n", "", StringComparison.Ordinal)));
}
