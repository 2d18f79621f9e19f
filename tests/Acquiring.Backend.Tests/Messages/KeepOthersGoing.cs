using Acquiring.Backend.Messages;
using Acquiring.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

/// <summary>What is wrong with one message, and who comes first.</summary>
public sealed class KeepOthersGoing(TestCluster cluster)
{
    [Fact]
    public async Task A_message_that_cannot_be_opened_waits_and_the_others_are_sent()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        await desk.RestrictAsync(3);
        await desk.ComposeAsync();
        await desk.Bank.ExecuteAsync(
            "update message set content_sealed = '\\x00' where message_no = (select min(message_no) from message where template = 'merchant-restricted')");
        await desk.SendAsync();
        (await desk.StatesAsync("?template=merchant-restricted")).ShouldBe(
            ["merchant-restricted waiting", "merchant-restricted sent", "merchant-restricted sent"]);
        desk.Bank.Clock.Advance(TimeSpan.FromHours(25));
        await desk.SendAsync();
        (await desk.StatesAsync("?template=merchant-restricted&state=expired")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_code_for_which_somebody_waits_goes_before_what_was_there_earlier()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        await desk.RestrictAsync(19);
        await desk.ComposeAsync();
        await CodeAsync(desk);
        var first = new List<string>();
        sms.Do = (_, message) =>
        {
            lock (first)
            {
                first.Add(message.Text);
            }

            return Task.CompletedTask;
        };
        await desk.SendAsync();
        first.Count.ShouldBe(20);
        first.FindIndex(t => t.Contains("482913", StringComparison.Ordinal)).ShouldBeLessThan(5);
    }

    [Fact]
    public async Task A_file_with_a_code_that_nobody_fetched_is_deleted_when_the_code_runs_out()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.RestrictAsync();
        await CodeAsync(desk);
        await desk.RoundAsync();
        var forget = desk.Api.Services.GetRequiredService<ForgetMessages>();
        desk.Bank.Clock.Advance(TimeSpan.FromMinutes(4));
        await forget.RunNowAndThenAsync(CancellationToken.None);
        desk.Files().Count.ShouldBe(2);
        desk.Bank.Clock.Advance(TimeSpan.FromMinutes(2));
        await forget.RunNowAndThenAsync(CancellationToken.None);
        desk.Files().ShouldHaveSingleItem().ShouldNotContain("482913");
        desk.Bank.Clock.Advance(TimeSpan.FromDays(731));
        await forget.RunNowAndThenAsync(CancellationToken.None);
        desk.Files().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("13907970001", true)]
    [InlineData("13907970002", false)]
    public async Task What_nobody_knows_of_is_sent_again_as_a_repetition_only_to_the_address_it_went_to(string phone, bool isRepetition)
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        sms.Do = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await desk.RestrictAsync();
        await desk.RoundAsync();
        var unknown = (await desk.LogAsync("?state=unknown")).ShouldHaveSingleItem();
        sms.Do = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        };
        await desk.ContactAsync($$"""{"phone":"{{phone}}"}""", 1);
        (await desk.ResendAsync($"{unknown["messageId"]}", unknown["version"]!.GetValue<int>())).Status.ShouldBe(200);
        await desk.SendAsync();
        sms.Heard.Count.ShouldBe(2);
        (sms.Heard[0].Key == sms.Heard[1].Key).ShouldBe(isRepetition);
    }

    private static async Task CodeAsync(MessageDesk desk)
    {
        await using var connection = await desk.Bank.DataSource.OpenConnectionAsync();
        await desk.Api.Services.GetRequiredService<IMessages>().SendCodeAsync(
            connection, new(Guid.Parse("0199f0c4-7a10-7000-8000-000000000009"), "13907970001", "482913", "提前还款"), CancellationToken.None);
    }
}
