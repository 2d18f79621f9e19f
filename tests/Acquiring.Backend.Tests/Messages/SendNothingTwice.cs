using System.Collections.Concurrent;
using Acquiring.Testing;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Tests.Messages;

/// <summary>A gateway that fails, hangs, resets before and after it took a message, and processes that end meanwhile.</summary>
public sealed class SendNothingTwice(TestCluster cluster)
{
    private const int Messages = 16;

    [Fact]
    public async Task A_gateway_that_cannot_tell_repetitions_takes_each_message_at_most_once_and_what_it_took_is_never_called_expired()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, [.. sms.Settings(), ("Messages:AnswerSecondsMax", "1")]);
        var taken = Misbehave(sms, new Random(29));
        await desk.RestrictAsync(Messages);
        await desk.ComposeAsync();
        await RoundsAsync(desk);

        taken.GroupBy(m => m.Id).ShouldAllBe(g => g.Count() == 1);
        var log = await desk.LogAsync("?template=merchant-restricted");
        log.Count.ShouldBe(Messages);
        foreach (var message in log)
        {
            var wasTaken = taken.Any(t => t.Id == $"{message["messageId"]}");
            $"{message["state"]}".ShouldBeOneOf(wasTaken ? ["sent", "unknown"] : ["unknown", "refused", "expired"]);
        }

        log.Select(m => $"{m["state"]}").Distinct().ShouldContain("unknown");
        log.Select(m => $"{m["state"]}").Distinct().ShouldContain("sent");
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_gateway_that_tells_repetitions_is_asked_again_under_the_same_key_until_it_says_yes()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, [.. sms.Settings(idempotent: true), ("Messages:AnswerSecondsMax", "1")]);
        var taken = Misbehave(sms, new Random(31), refuses: false);
        await desk.RestrictAsync(Messages);
        await desk.ComposeAsync();
        await RoundsAsync(desk);

        (await desk.StatesAsync("?template=merchant-restricted")).Distinct().ShouldBe(["merchant-restricted sent"]);
        taken.Select(m => m.Key).Distinct().Count().ShouldBe(Messages);
        taken.Count.ShouldBeGreaterThan(Messages, "it was asked again after it had taken some");
        taken.GroupBy(m => m.Key).ShouldAllBe(g => g.Select(m => m.Id).Distinct().Count() == 1);
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_process_that_ends_before_the_answer_leaves_an_unknown_message_that_nobody_sends_again_by_itself()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, [.. sms.Settings(), ("Messages:AnswerSecondsMax", "60")]);
        var answer = new TaskCompletionSource();
        sms.Do = (_, _) => answer.Task;
        await desk.RestrictAsync();
        await desk.ComposeAsync();
        var dying = desk.AnotherProcess();
        await dying.StartAsync(CancellationToken.None);
        while (sms.Heard.Count == 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await desk.SendAsync();
        (await desk.StatesAsync("?template=merchant-restricted")).ShouldBe(["merchant-restricted sending"]);
        desk.Bank.Clock.Advance(TimeSpan.FromMinutes(3));
        await desk.SendAsync();
        var unknown = (await desk.LogAsync("?state=unknown")).ShouldHaveSingleItem();
        (await desk.Api.GetAsync($"messages/{unknown["messageId"]}")).Text("cure").ShouldContain("Ask the party");
        sms.Heard.Count.ShouldBe(1);

        // It was not dead, only slow: what it heard counts.
        answer.SetResult();
        await dying.EndAsync();
        (await desk.StatesAsync("?template=merchant-restricted")).ShouldBe(["merchant-restricted sent"]);
        await desk.SendAsync();
        sms.Heard.Count.ShouldBe(1);
        await desk.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Two_processes_at_once_hand_each_message_over_once()
    {
        await using var sms = await ShortMessageGateway.StartAsync();
        await using var desk = await MessageDesk.OpenAsync(cluster, sms.Settings());
        await desk.RestrictAsync(Messages);
        await desk.ComposeAsync();
        var processes = Enumerable.Range(0, 4).Select(_ => desk.AnotherProcess()).ToList();
        await Task.WhenAll(processes.Select(p => p.StartAsync(CancellationToken.None)));
        await Task.WhenAll(processes.Select(p => p.EndAsync()));
        sms.Heard.Select(h => h.Id).Order().ShouldBe((await desk.LogAsync("?state=sent")).Select(m => $"{m["messageId"]}").Order());
        sms.Heard.Count.ShouldBe(Messages);
    }

    [Fact]
    public async Task A_gateway_nobody_answers_at_is_tried_again_until_the_message_is_too_old()
    {
        await using var desk = await MessageDesk.OpenAsync(
            cluster, ("Messages:Sms:Gateway", "http"), ("Messages:Sms:Url", "http://127.0.0.1:9/"), ("Messages:GiveUpHours", "1"));
        await desk.RestrictAsync();
        await desk.ComposeAsync();
        await RoundsAsync(desk);
        var expired = (await desk.LogAsync("?state=expired")).ShouldHaveSingleItem();
        // At once, after 5 s, 35 s, 2 min 35 s, 12 min 35 s, 42 min 35 s; the next would be later than an hour.
        $"{expired["attempts"]}".ShouldBe("6");
        (await desk.Api.GetAsync($"messages/{expired["messageId"]}")).Json["tries"]!.AsArray().Select(t => $"{t!["outcome"]} {t["error"]}").Distinct()
            .ShouldBe(["notTaken noConnection"]);
    }

    /// <summary>What it took, with repetitions: taken and said so, taken and broken, taken and silent, not taken, refused.</summary>
    private static ConcurrentBag<TakenMessage> Misbehave(ShortMessageGateway sms, Random random, bool refuses = true)
    {
        var taken = new ConcurrentBag<TakenMessage>();
        sms.Do = async (context, message) =>
        {
            int fate;
            lock (random)
            {
                fate = random.Next(refuses ? 8 : 7);
            }

            if (fate is 0 or 1 or 2 or 3 or 4)
            {
                taken.Add(message);
            }

            switch (fate)
            {
                case 2:
                    context.Abort();
                    break;
                case 3:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                case 4:
                    context.Response.StatusCode = StatusCodes.Status502BadGateway;
                    break;
                case 5:
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    break;
                case 6:
                    context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                    break;
                case 7:
                    context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                    break;
            }
        };
        return taken;
    }

    /// <summary>A day and more, in rounds of whole minutes at first.</summary>
    private static async Task RoundsAsync(MessageDesk desk)
    {
        for (var round = 0; round < 60 && await desk.Bank.ScalarAsync<bool>("select exists (select from message where state in ('waiting', 'sending'))"); round++)
        {
            await desk.SendAsync();
            var next = await desk.Bank.ScalarAsync<DateTime?>("select min(next_at) from message where state = 'waiting'");
            if (next is { } at && at > desk.Bank.Clock.GetUtcNow().UtcDateTime)
            {
                desk.Bank.Clock.Advance(at - desk.Bank.Clock.GetUtcNow().UtcDateTime);
            }
        }
    }
}
