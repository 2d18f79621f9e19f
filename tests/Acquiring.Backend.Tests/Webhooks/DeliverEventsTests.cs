using System.Security.Cryptography;
using System.Text;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Backend.Webhooks;
using Acquiring.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Acquiring.Backend.Tests.Webhooks;

public sealed class DeliverEventsTests(TestCluster cluster)
{
    private const string Id = "0199f0c4-7a10-7000-8000-000000000005";
    private const string Secret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0";

    [Fact]
    public async Task A_change_is_heard_signed_and_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await gateway.ActAsync("suspend", """{"why":"Before.","cure":"-"}""", 1);
        await CreateAsync(gateway, receiver);
        await gateway.ActAsync("lift", """{"hold":2,"why":"Visited."}""", 2);
        await RoundAsync(gateway);
        await RoundAsync(gateway);

        var heard = receiver.Heard.ShouldHaveSingleItem();
        heard.Object.ShouldBe(Gateway.MerchantNo);
        heard.Version.ShouldBe(3);
        $"{heard.Json["type"]}".ShouldBe("merchant.lift");
        $"{heard.Json["id"]}".ShouldBe(heard.Id);
        // Noon of 2026-11-22 in China, in seconds since 1970.
        heard.Timestamp.ShouldBe("1795320000");
        var sum = HMACSHA256.HashData("secret-secret-secret-secret"u8, Encoding.UTF8.GetBytes($"{heard.Id}.1795320000.{heard.Body}"));
        heard.Signature.ShouldBe($"v1,{Convert.ToBase64String(sum)}");
        var row = (await LogAsync(gateway)).ShouldHaveSingleItem();
        $"{row["state"]}".ShouldBe("delivered");
        row["lastStatus"]!.GetValue<int>().ShouldBe(200);
    }

    /// <summary>Fails, hangs, resets, and answers 200 to a process that dies before it hears so.</summary>
    [Fact]
    public async Task Whatever_a_receiver_does_each_event_comes_at_least_once_and_in_order_per_object()
    {
        await using var gateway = await Gateway.OpenAsync(cluster, bank => TestApi.StartAsync(bank, null, ("Webhooks:AnswerSecondsMax", "1")));
        await using var receiver = await Receiver.StartAsync();
        await CreateAsync(gateway, receiver);
        var random = new Random(71);
        var accepted = new List<Heard>();
        receiver.Do = async (context, heard) =>
        {
            int fate;
            lock (accepted)
            {
                fate = random.Next(4);
                if (fate == 0)
                {
                    accepted.Add(heard);
                }
            }

            switch (fate)
            {
                case 1:
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    break;
                case 2:
                    context.Abort();
                    break;
                case 3 when heard.Version % 4 == 0:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                case 3:
                    context.Response.StatusCode = StatusCodes.Status302Found;
                    break;
            }
        };
        for (var version = 1; version <= 12; version++)
        {
            await WriteAsync(gateway, "a", version);
            await WriteAsync(gateway, "b", version);
        }

        for (var round = 0; round < 400 && (await gateway.Bank.ScalarAsync<long>("select count(*) from webhook_delivery where state = 'waiting'") > 0 || round == 0); round++)
        {
            await RoundAsync(gateway);
            if (round % 9 == 4)
            {
                // It answered 200, but who asked died before writing so down.
                await gateway.Bank.ExecuteAsync(
                    """
                    update webhook_delivery set state = 'waiting', ended_at = null where outbox_event_id =
                        (select max(outbox_event_id) from webhook_delivery where state = 'delivered' and object_key = 'a')
                    """);
            }

            gateway.Bank.Clock.Advance(TimeSpan.FromHours(1));
        }

        foreach (var name in new[] { "a", "b" })
        {
            accepted.Where(h => h.Object == name).Select(h => h.Version).Distinct().ShouldBe(Enumerable.Range(1, 12), $"{name}: in order, none left out");
        }

        receiver.Heard.Count.ShouldBeGreaterThan(accepted.Count);
        (await gateway.Bank.ScalarAsync<long>("select count(*) from webhook_attempt where status is null")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_event_of_a_transaction_that_ends_late_is_not_left_out()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await CreateAsync(gateway, receiver);
        await using var late = await gateway.Bank.DataSource.OpenConnectionAsync();
        await using var transaction = await late.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(Event("late", 1), late))
        {
            await command.ExecuteNonQueryAsync();
        }

        await WriteAsync(gateway, "early", 1);
        await OneRoundAsync(gateway);
        receiver.Heard.ShouldBeEmpty("a later event waits for the transactions before it");
        await transaction.CommitAsync();
        await RoundAsync(gateway);
        receiver.Heard.Select(h => h.Object).Order().ShouldBe(["early", "late"]);
    }

    [Fact]
    public async Task A_webhook_hears_what_was_under_way_when_it_was_made_and_nothing_of_before()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await using var late = await gateway.Bank.DataSource.OpenConnectionAsync();
        await using var transaction = await late.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(Event("late", 1), late))
        {
            await command.ExecuteNonQueryAsync();
        }

        // Its number is higher than that of the one under way.
        await WriteAsync(gateway, "before", 1);
        await CreateAsync(gateway, receiver);
        await transaction.CommitAsync();
        await WriteAsync(gateway, "after", 1);
        await RoundAsync(gateway);
        receiver.Heard.Select(h => h.Object).Order().ShouldBe(["after", "late"]);
    }

    [Fact]
    public async Task A_step_is_done_once_under_its_key_also_when_its_process_died_before_it_answered()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await CreateAsync(gateway, receiver);
        foreach (var (act, version) in new[] { ("pause", 1), ("resume", 2), ("remove", 3) })
        {
            var first = await KeyedAsync(act, version);
            first.ETag.ShouldBe($"\"{version + 1}\"");
            // What was kept beside the act is lost, and the claim of the process that died runs out.
            await gateway.Bank.ExecuteAsync(
                """
                update idempotency_key
                   set status = null, content_type = null, location = null, etag = null, body_sealed = null, claim = gen_random_uuid(), claimed_until = '2026-01-01'
                 where status is not null
                """);
            var again = await KeyedAsync(act, version);
            (again.Status, again.ETag, again.Json.ToJsonString()).ShouldBe((200, first.ETag, first.Json.ToJsonString()));
            (await StepAsync(gateway, act, version)).Status.ShouldBe(412);
        }

        (await gateway.CountAsync("audit_entry where act like 'webhook.%'")).ShouldBe(4);

        Task<Answer> KeyedAsync(string act, int version) =>
            gateway.Api.PostAsync($"webhooks/{Id}/{act}", "{}", "en", ("If-Match", $"\"{version}\""), ("Idempotency-Key", $"w-{act}"));
    }

    [Fact]
    public async Task After_three_days_it_is_given_up_and_can_be_replayed()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await CreateAsync(gateway, receiver);
        receiver.Do = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await WriteAsync(gateway, "a", 1);
        await WriteAsync(gateway, "a", 2);
        for (var hour = 0; hour < 80; hour++)
        {
            await RoundAsync(gateway);
            gateway.Bank.Clock.Advance(TimeSpan.FromHours(1));
        }

        // At once, and each hour after it: the attempt of hour 72 is the last, since the next would be later than three days.
        receiver.Heard.Count(h => h.Version == 1).ShouldBe(73);
        receiver.Do = (_, _) => Task.CompletedTask;
        receiver.Heard.Count(h => h.Version == 2).ShouldBe(80 - 72, "it has three days of its own, from the same hour on");
        var given = (await LogAsync(gateway, "?state=expired")).ShouldHaveSingleItem();
        given["lastStatus"]!.GetValue<int>().ShouldBe(503);

        var again = await gateway.Api.PostAsync($"webhooks/{Id}/replays", """{"from":"2026-11-22T00:00:00+08:00"}""");
        again.Json["again"]!.GetValue<int>().ShouldBe(1);
        await RoundAsync(gateway);
        await RoundAsync(gateway);
        gateway.Bank.Clock.Advance(TimeSpan.FromHours(1));
        await RoundAsync(gateway);
        receiver.Heard.TakeLast(2).Select(h => h.Version).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task One_hears_only_what_it_asked_for_and_waits_while_paused()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        (await CreateAsync(gateway, receiver, "[\"merchant.*\",\"other.made\"]")).Status.ShouldBe(201);
        await WriteAsync(gateway, "a", 1, "merchant.suspend");
        await WriteAsync(gateway, "b", 1, "terminal.assign");
        await WriteAsync(gateway, "c", 1, "other.made");
        await WriteAsync(gateway, "d", 1, "other.lost");
        (await StepAsync(gateway, "pause", 1)).Text("state").ShouldBe("paused");
        await RoundAsync(gateway);
        receiver.Heard.ShouldBeEmpty();
        (await StepAsync(gateway, "pause", 2)).Text("code").ShouldBe("webhook.illegal-step");
        (await StepAsync(gateway, "resume", 1)).Status.ShouldBe(412);
        (await StepAsync(gateway, "resume", 2)).ETag.ShouldBe("\"3\"");
        await RoundAsync(gateway);
        receiver.Heard.Select(h => h.Object).Order().ShouldBe(["a", "c"]);
        (await StepAsync(gateway, "remove", 3)).Text("state").ShouldBe("removed");
        await WriteAsync(gateway, "e", 1, "merchant.lift");
        await RoundAsync(gateway);
        receiver.Heard.Count.ShouldBe(2);
        (await StepAsync(gateway, "resume", 4)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task One_process_delivers_and_another_takes_over_when_it_ends()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        await CreateAsync(gateway, receiver);
        using var first = Worker(gateway);
        using var second = Worker(gateway);
        await first.StartAsync(CancellationToken.None);
        await HeardAsync(1);
        await second.StartAsync(CancellationToken.None);
        await first.StopAsync(CancellationToken.None);
        await HeardAsync(2);
        await second.StopAsync(CancellationToken.None);

        async Task HeardAsync(int count)
        {
            await WriteAsync(gateway, "a", count);
            while (await gateway.Bank.ScalarAsync<long>("select count(*) from webhook_delivery where state = 'delivered'") < count)
            {
                // The second asks for the lock every five seconds.
                gateway.Bank.Clock.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            receiver.Heard.Count.ShouldBe(count);
        }
    }

    [Theory]
    [InlineData("ftp://hooks.example.com/", Secret, "webhook.url")]
    [InlineData("http://hooks.example.com/", Secret, "webhook.url")]
    [InlineData("https://me:secret@hooks.example.com/", Secret, "webhook.url")]
    [InlineData("/events", Secret, "webhook.url")]
    [InlineData("https://hooks.example.com/6217990000000000006/events", Secret, "webhook.card-in-text")]
    [InlineData("https://hooks.example.com/?of=6217%2D9900%2D0000%2D0000%2D006", Secret, "webhook.card-in-text")]
    [InlineData("https://hooks.example.com/", "whsec_c2hvcnQ=", "webhook.secret")]
    [InlineData("https://hooks.example.com/", "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "webhook.secret")]
    public async Task A_bad_address_or_secret_is_refused(string url, string secret, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.Api.PostAsync("webhooks", $$"""{"webhookId":"{{Id}}","url":"{{url}}","secret":"{{secret}}"}""");
        answer.Status.ShouldBe(400);
        answer.Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task The_same_request_makes_one_webhook_and_another_under_its_id_is_refused()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var receiver = await Receiver.StartAsync();
        (await CreateAsync(gateway, receiver)).Status.ShouldBe(201);
        (await CreateAsync(gateway, receiver)).Status.ShouldBe(201);
        (await CreateAsync(gateway, receiver, "[\"merchant.*\"]")).Text("code").ShouldBe("webhook.differs");
        (await gateway.CountAsync("webhook")).ShouldBe(1);
        (await gateway.Api.GetAsync("webhooks")).Json.ToJsonString().ShouldNotContain("whsec");
    }

    private static WebhookWorker Worker(Gateway gateway) => ActivatorUtilities.CreateInstance<WebhookWorker>(
        gateway.Api.Services, gateway.Bank.DataSource, gateway.Api.Services.GetRequiredService<DeliverEvents>());

    private static Task<Answer> CreateAsync(Gateway gateway, Receiver receiver, string types = "[]") => gateway.Api.PostAsync(
        "webhooks", $$"""{"webhookId":"{{Id}}","url":"{{receiver.Address}}","secret":"{{Secret}}","types":{{types}}}""");

    private static Task<Answer> StepAsync(Gateway gateway, string act, int version) =>
        gateway.Api.PostAsync($"webhooks/{Id}/{act}", "{}", "en", ("If-Match", $"\"{version}\""));

    private static async Task<IReadOnlyList<System.Text.Json.Nodes.JsonNode>> LogAsync(Gateway gateway, string query = "") =>
        (await gateway.Api.GetAsync($"webhooks/{Id}/deliveries{query}")).Items;

    private static Task WriteAsync(Gateway gateway, string name, int version, string type = "thing.changed") =>
        gateway.Bank.ExecuteAsync(Event(name, version, type));

    private static string Event(string name, int version, string type = "thing.changed") =>
        $"insert into outbox_event (type, object_key, object_version, payload, at) values ('{type}', '{name}', {version}, '{{}}', '2026-11-22T04:00:00Z')";

    /// <summary>
    /// A round that hands on all that is committed. The oldest transaction of the whole server bounds what may be handed on, and other tests
    /// have theirs on it.
    /// </summary>
    private static async Task RoundAsync(Gateway gateway)
    {
        await OneRoundAsync(gateway);
        while (await gateway.Bank.ScalarAsync<bool>("select exists (select from outbox_event e where e.xid >= (select upto from outbox_reader where reader = 'webhooks'))"))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            await OneRoundAsync(gateway);
        }
    }

    private static async Task OneRoundAsync(Gateway gateway)
    {
        var deliver = gateway.Api.Services.GetRequiredService<DeliverEvents>();
        await deliver.StartAsync(CancellationToken.None);
        await deliver.EndAsync();
    }
}
