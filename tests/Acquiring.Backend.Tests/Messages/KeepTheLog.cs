using Acquiring.Backend.Messages;
using Acquiring.Backend.Messages.Templates;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

public sealed class KeepTheLog(TestCluster cluster)
{
    [Fact]
    public async Task What_has_no_address_is_kept_with_its_cure_and_goes_out_when_a_person_sends_it_again()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.ActAsync("suspend", """{"why":"w","cure":"c"}""", 1);
        await desk.RoundAsync();
        var message = (await desk.LogAsync("?state=noAddress&template=merchant-suspended")).ShouldHaveSingleItem();
        var id = $"{message["messageId"]}";
        (await desk.Api.GetAsync($"messages/{id}", "zh-CN")).Text("cure").ShouldStartWith("尚未登记对方的联系方式。");
        (await desk.ResendAsync(id, 1)).Text("code").ShouldBe("message.still-no-address");
        (await desk.ContactAsync("""{"phone":"13907970001"}""")).ETag.ShouldBe("\"1\"");
        var again = await desk.ResendAsync(id, 1, "r");
        again.Status.ShouldBe(200);
        again.ETag.ShouldBe("\"2\"");
        await desk.SendAsync();
        (await desk.ResendAsync(id, 1, "r")).Status.ShouldBe(200);
        (await desk.ResendAsync(id, 1)).Status.ShouldBe(412);
        (await desk.ResendAsync(id, 4)).Text("code").ShouldBe("message.not-again");
        desk.Files().ShouldHaveSingleItem();
        (await desk.Bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'message.resend'")).ShouldBe(1);
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Pages_filters_and_unknown_messages_are_as_everywhere()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.RestrictAsync(3);
        await desk.RoundAsync();
        var first = await desk.Api.GetAsync("messages?limit=4&from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z");
        first.Items.Count.ShouldBe(4);
        (await desk.Api.GetAsync($"messages?limit=4&cursor={first.Text("next")}")).Items.Count.ShouldBe(2);
        (await desk.LogAsync("?to=2026-11-22T00:00:00Z")).ShouldBeEmpty();
        (await desk.Api.GetAsync("messages?state=lost")).Text("code").ShouldBe("request.bad-parameter");
        (await desk.Api.GetAsync("messages?template=x")).Text("code").ShouldBe("request.bad-parameter");
        (await desk.Api.GetAsync($"messages/{Guid.Empty}")).Text("code").ShouldBe("message.unknown");
    }

    [Fact]
    public async Task Texts_and_addresses_of_long_ago_are_wiped_and_the_rows_stay()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.RestrictAsync();
        await desk.RoundAsync();
        desk.Bank.Clock.Advance(TimeSpan.FromDays(731));
        (await desk.Api.Services.GetRequiredService<ForgetMessages>().RunAsync(CancellationToken.None)).ShouldBe(2);
        var message = (await desk.LogAsync("?state=sent")).ShouldHaveSingleItem();
        message["to"].ShouldBeNull();
        (await desk.Api.GetAsync($"messages/{message["messageId"]}")).Json["text"].ShouldBeNull();
        var other = (await desk.LogAsync("?state=noAddress")).ShouldHaveSingleItem();
        (await desk.ResendAsync($"{other["messageId"]}", 1)).Text("code").ShouldBe("message.wiped");
    }

    [Theory]
    [InlineData("""{"phone":"123"}""", "message.bad-phone")]
    [InlineData("""{"email":"shop@example"}""", "message.bad-email")]
    [InlineData("""{"email":"a b@example.com\r\nBcc: x@example.com"}""", "message.bad-email")]
    [InlineData("""{"phone":"13907970001","language":"fr"}""", "message.bad-language")]
    public async Task A_bad_address_is_refused(string contact, string code)
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        (await desk.ContactAsync(contact)).Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task A_contact_is_sealed_masked_and_changed_by_version_only()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        (await desk.ContactAsync("""{"phone":"13907970001","email":"shop@example.com"}""", key: "c")).Text("phone").ShouldBe("139***01");
        (await desk.ContactAsync("""{"phone":"13907970001","email":"shop@example.com"}""", key: "c")).Status.ShouldBe(200);
        (await desk.ContactAsync("""{"phone":"13907970002"}""")).Status.ShouldBe(412);
        (await desk.ContactAsync("""{"phone":"13907970002"}""", 2)).Status.ShouldBe(412);
        (await desk.ContactAsync("""{"phone":"13907970002"}""", 1)).ETag.ShouldBe("\"2\"");
        var shown = await desk.Api.GetAsync($"merchants/{Gateway.MerchantNo}/contact");
        $"{shown.Text("phone")} {shown.Text("email")} {shown.Text("version")}".ShouldBe("139***02  2");
        (await desk.ContactAsync("""{"phone":"13907970002"}""", path: "branches/nowhere")).Text("code").ShouldBe("message.no-contact");
        (await desk.Bank.ScalarAsync<string>("select string_agg(a.details::text || e.payload::text, ' ') from audit_entry a, outbox_event e"))
            .ShouldNotContain("1390797");
    }

    [Theory]
    [InlineData("merchant-restricted.en.txt", "S {merchant}\n\n{why} {cure}", "message.template.missing-place", "3", "scopes")]
    [InlineData("merchant-restricted.en.txt", "S\n\na\n{scopes} {why} {cures}", "message.template.unknown-place", "4", "cures")]
    [InlineData("merchant-restricted.en.txt", "S\n\n{scopes} {why} {cure", "message.template.brace", "3", "{cure")]
    [InlineData("one-time-code.en.txt", "Code {code}\n\n{code}", "message.template.unknown-place", "1", "code")]
    [InlineData("merchant-restricted.en.txt", "S\n{scopes} {why} {cure}", "message.template.shape", "1", "4000")]
    [InlineData("merchant-restrained.en.txt", "S\n\nb", "message.template.unknown-file", "", "")]
    public async Task A_banks_own_wording_that_does_not_say_what_it_must_stops_the_start(string file, string text, string code, string line, string place)
    {
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(directory[file], text, TestContext.Current.CancellationToken);
        await using var bank = await TestBank.OpenAsync(cluster);
        var refused = await Should.ThrowAsync<RefusedException>(async () =>
        {
            await using var api = await TestApi.StartAsync(bank, null, ("Messages:TemplateDirectory", directory.Path));
            // The worker, which a host starts with, asks for them.
            api.Services.GetRequiredService<TemplateBook>();
        });
        refused.Refusal.Code.ShouldBe(code);
        $"{refused.Refusal["file"]} {refused.Refusal["line"]} {refused.Refusal["place"]}".ShouldBe($"{file} {line} {place}");
    }

    [Fact]
    public async Task A_banks_own_wording_is_used_and_what_people_wrote_is_no_template()
    {
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(
            directory["merchant-suspended.zh-CN.txt"], "主题\n\n{why}|{cure}\n{merchantNo}\n", TestContext.Current.CancellationToken);
        await using var desk = await MessageDesk.OpenAsync(cluster, ("Messages:TemplateDirectory", directory.Path));
        await desk.ContactAsync("""{"phone":"13907970001"}""");
        await desk.ActAsync("suspend", """{"why":"{cure}","cure":"{why} {x"}""", 1);
        await desk.RoundAsync();
        var id = (await desk.LogAsync("?state=sent"))[0]["messageId"];
        (await desk.Api.GetAsync($"messages/{id}")).Text("text").ShouldBe("{cure}|{why} {x\n" + Gateway.MerchantNo);
    }

    [Theory]
    [InlineData("Messages__Sms__Gateway", "smtp", "")]
    [InlineData("Messages__Sms__Gateway", "pigeon", "")]
    [InlineData("Messages__Sms__Url", "http://sms.example.com/", "Messages:Sms:Gateway=http")]
    [InlineData("Messages__Sms__Url", "https://me:secret@sms.example.com/", "Messages:Sms:Gateway=http")]
    [InlineData("Messages__Email__From", "nobody", "Messages:Email:Gateway=smtp;Messages:Email:Host=mail.example.com")]
    [InlineData("Messages__Email__Tls", "none", "Messages:Email:Gateway=smtp;Messages:Email:Host=mail.example.com;Messages:Email:User=u;Messages:Email:Password=p")]
    public async Task A_setting_that_is_none_stops_the_start_and_shows_no_secret(string setting, string value, string others)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        (string, string)[] settings =
        [
            .. others.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(o => (o.Split('=')[0], o.Split('=')[1])),
            (setting.Replace("__", ":", StringComparison.Ordinal), value),
        ];
        var refused = await Should.ThrowAsync<RefusedException>(async () =>
        {
            await using var api = await TestApi.StartAsync(bank, null, settings);
        });
        refused.Refusal["setting"].ShouldBe(setting);
        $"{refused.Refusal}".ShouldNotContain("secret");
    }
}
