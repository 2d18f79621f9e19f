using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Messages;

public sealed class SendByMail(TestCluster cluster)
{
    [Fact]
    public async Task It_signs_in_and_hands_over_what_any_mail_program_reads()
    {
        await using var server = new MailServer();
        await using var desk = await DeskAsync(server);
        await desk.RoundAsync();
        (await desk.StatesAsync("?template=merchant-suspended")).ShouldBe(["merchant-suspended sent"]);
        var mail = server.Mails.ShouldHaveSingleItem();
        mail.ShouldContain("To: shop@example.com\r\n");
        mail.ShouldContain($"Message-ID: <{(await desk.LogAsync("?state=sent"))[0]["messageId"]}@bank.example>\r\n");
        var body = mail.Split("\r\n\r\n")[1].Replace("\r\n", "", StringComparison.Ordinal);
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body)).ShouldContain("no sales are taken; refunds go on. Reason: w");
        server.Words.ShouldBe(
        [
            "EHLO acquiring", "AUTH PLAIN AHUAcA==", "MAIL FROM:<acquiring@bank.example>", "RCPT TO:<shop@example.com>", "DATA", "QUIT",
        ]);
    }

    /// <summary>Where the conversation breaks decides: before the end of the text nothing was taken, after it nobody knows.</summary>
    [Theory]
    [InlineData("hello", "421 not now", "waiting", "notTaken", 0)]
    [InlineData("hello", null, "waiting", "notTaken", 0)]
    [InlineData("AUTH", "535 wrong", "waiting", "notTaken", 0)]
    [InlineData("RCPT", "450 greylisted", "waiting", "notTaken", 0)]
    [InlineData("RCPT", "550 nobody here", "refused", "refused", 0)]
    [InlineData("DATA", null, "waiting", "notTaken", 0)]
    [InlineData("text", "452 full", "waiting", "notTaken", 1)]
    [InlineData("text", "554 spam", "refused", "refused", 1)]
    [InlineData("text", null, "unknown", "unknown", 1)]
    [InlineData("QUIT", null, "sent", "accepted", 1)]
    public async Task An_unclear_end_is_not_tried_again(string at, string? answer, string state, string outcome, int mails)
    {
        await using var server = new MailServer();
        await using var desk = await DeskAsync(server);
        server.Answer = word => word == at ? answer : MailServer.Good(word);
        await desk.RoundAsync();
        var message = (await desk.LogAsync("?template=merchant-suspended"))[0];
        $"{message["state"]}".ShouldBe(state);
        $"{(await desk.Api.GetAsync($"messages/{message["messageId"]}")).Json["tries"]![0]!["outcome"]}".ShouldBe(outcome);
        server.Mails.Count.ShouldBe(mails);
        server.Answer = MailServer.Good;
        desk.Bank.Clock.Advance(TimeSpan.FromHours(1));
        await desk.SendAsync();
        (await desk.LogAsync("?template=merchant-suspended"))[0]["state"]!.ToString().ShouldBe(state == "waiting" ? "sent" : state);
        server.Mails.Count.ShouldBe(state == "waiting" ? mails + 1 : mails);
    }

    private async Task<MessageDesk> DeskAsync(MailServer server)
    {
        var desk = await MessageDesk.OpenAsync(cluster, server.Settings);
        (await desk.ContactAsync("""{"email":"shop@example.com","language":"en"}""")).Status.ShouldBe(200);
        (await desk.ActAsync("suspend", """{"why":"w","cure":"c"}""", 1)).Status.ShouldBe(200);
        return desk;
    }
}
