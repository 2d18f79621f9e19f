using Acquiring.Backend.Messages;
using Acquiring.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

public sealed class SendACode(TestCluster cluster)
{
    private static readonly Guid s_request = Guid.Parse("0199f0c4-7a10-7000-8000-000000000009");

    [Fact]
    public async Task It_is_sealed_until_it_is_sent_then_wiped_and_never_shown()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        await CodeAsync(desk);
        await CodeAsync(desk);
        var before = (await desk.LogAsync()).ShouldHaveSingleItem();
        (await desk.Api.GetAsync($"messages/{before["messageId"]}")).Json["text"].ShouldBeNull();
        (await RawAsync(desk)).ShouldNotContain("482913");
        await desk.SendAsync();
        sms.Heard.ShouldHaveSingleItem().Text.ShouldBe("验证码482913，用于提前还款，5分钟内有效。请勿告知他人，我行工作人员不会向您索要。");
        (await desk.StatesAsync()).ShouldBe(["one-time-code sent"]);
        (await desk.Bank.ScalarAsync<bool>("select content_sealed is null from message")).ShouldBeTrue();
        (await desk.ResendAsync($"{before["messageId"]}", 3)).Text("code").ShouldBe("message.secret-not-again");
    }

    [Fact]
    public async Task After_five_minutes_it_is_not_sent_any_more()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        sms.Do = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await CodeAsync(desk);
        await desk.SendAsync();
        desk.Bank.Clock.Advance(TimeSpan.FromSeconds(5));
        await desk.SendAsync();
        sms.Do = (_, _) => Task.CompletedTask;
        desk.Bank.Clock.Advance(new TimeSpan(0, 4, 55));
        await desk.SendAsync();
        sms.Heard.Count.ShouldBe(2);
        (await desk.LogAsync()).Select(m => $"{m["state"]} {m["reason"]}").ShouldBe(["expired tooOld"]);
        (await desk.Bank.ScalarAsync<bool>("select content_sealed is null from message")).ShouldBeTrue();
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Of_an_act_that_is_not_committed_no_code_goes_out()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await CodeAsync(desk, commits: false);
        await desk.SendAsync();
        (await desk.LogAsync()).ShouldBeEmpty();
        desk.Files().ShouldBeEmpty();
    }

    private static async Task CodeAsync(MessageDesk desk, bool commits = true)
    {
        await using var connection = await desk.Bank.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await desk.Api.Services.GetRequiredService<IMessages>().SendCodeAsync(
            connection, new(s_request, "13907970001", "482913", "提前还款"), CancellationToken.None);
        if (commits)
        {
            await transaction.CommitAsync();
        }
    }

    private static Task<string> RawAsync(MessageDesk desk) =>
        desk.Bank.ScalarAsync<string>("select string_agg(m::text || ' ' || encode(content_sealed, 'escape'), ' ') from message m");
}
