using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Tests.Platform.Acts;

/// <summary>Operations that do not keep the key in their own transaction; a notice stands for all of them.</summary>
public sealed class RepeatARequest(TestCluster cluster)
{
    [Fact]
    public async Task The_same_request_is_answered_as_the_first_time_to_the_byte()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var first = await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        first.Status.ShouldBe(201);
        first.Json["duplicate"]!.GetValue<bool>().ShouldBeFalse();

        var second = await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        second.Status.ShouldBe(201);
        second.Json.ToJsonString().ShouldBe(first.Json.ToJsonString());
        // Without the key the operation's own nature answers.
        (await gateway.PostAsync(Gateway.Sale(1, 10_000))).Json["duplicate"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Another_request_under_the_key_is_refused_and_does_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        foreach (var (path, body) in new[] { ("transactions", Gateway.Sale(2, 10_000)), ("transactions?channel=default", Gateway.Sale(1, 10_000)) })
        {
            var other = await gateway.Api.PostAsync(path, body, "zh-CN", (IdempotencyKey.Header, "a"));
            other.Status.ShouldBe(422);
            other.Text("code").ShouldBe("request.key-reused");
        }

        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    /// <summary>A key is kept in clear for weeks, so it must not be what is kept nowhere.</summary>
    [Theory]
    [InlineData("6217990000000000006", 400)]
    [InlineData("sale-6217-9900-0000-0000-006", 400)]
    [InlineData("6217990000000000007", 201)] // fails the Luhn check
    [InlineData("0199f0c4-7a10-7000-8000-217990000000", 201)]
    [InlineData("a5d0f5ee-4111-4111-8111-111111111111", 201)]
    [InlineData("sale-c4111111-1111-1111-8000-00000000ffff", 201)]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a4111111111111111b2b0b822cd15d6c", 201)]
    public async Task A_card_number_is_no_key_but_a_random_id_is(string key, int status)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await StatusAsync(await PostAsync(gateway, Gateway.Sale(1, 10_000), key), 201);
        await StatusAsync(await gateway.ActAsync("suspend", """{"why":"x","cure":"x"}""", 1, $"{key}:"), 200);

        async Task StatusAsync(Answer answer, int done)
        {
            answer.Status.ShouldBe(status == 400 ? 400 : done, answer.Json.ToJsonString());
            if (status == 400)
            {
                answer.Text("code").ShouldBe("request.card-in-text");
                answer.Json.ToJsonString().ShouldNotContain("6217");
                (await gateway.CountAsync("idempotency_key")).ShouldBe(0);
            }
        }
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await PostAsync(gateway, Gateway.Sale(1, -1), "a")).Status.ShouldBe(400);
        (await gateway.CountAsync("idempotency_key")).ShouldBe(0);
        (await PostAsync(gateway, Gateway.Sale(1, 10_000), "a")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Ten_at_once_are_done_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(gateway, Gateway.Sale(1, 10_000), "a")));
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Text("code") == "request.key-under-way" && a.RetryAfter == TimeSpan.FromSeconds(1));
        answers.Where(a => a.Status == 201).Select(a => a.Json.ToJsonString()).Distinct().Count().ShouldBe(1);
        (await PostAsync(gateway, Gateway.Sale(1, 10_000), "a")).Status.ShouldBe(201);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task One_whose_process_died_is_under_way_until_its_claim_ends_and_is_then_done()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        // As a process leaves it that was killed between the act and its record.
        await gateway.Bank.ExecuteAsync(
            """
            update idempotency_key set status = null, body_sealed = null, content_type = null, location = null, etag = null,
                   claim = gen_random_uuid(), claimed_until = '2026-11-22T04:00:30Z'
            """);
        gateway.Bank.Clock.Advance(TimeSpan.FromSeconds(30));
        (await PostAsync(gateway, Gateway.Sale(1, 10_000), "a")).Text("code").ShouldBe("request.key-under-way");
        (await PostAsync(gateway, Gateway.Sale(2, 10_000), "a")).Text("code").ShouldBe("request.key-reused");

        gateway.Bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var finished = await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        finished.Status.ShouldBe(200);
        finished.Json["duplicate"]!.GetValue<bool>().ShouldBeTrue();
        (await PostAsync(gateway, Gateway.Sale(1, 10_000), "a")).Json.ToJsonString().ShouldBe(finished.Json.ToJsonString());
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_one_whatever_operation_it_comes_to()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await PostAsync(gateway, Gateway.Sale(1, 10_000), "a")).Status.ShouldBe(201);
        (await gateway.ActAsync("suspend", """{"why":"Visit failed.","cure":"Another visit."}""", 1, key: "a")).Text("code").ShouldBe("request.key-reused");
        (await gateway.ActAsync("suspend", """{"why":"Visit failed.","cure":"Another visit."}""", 1, key: "b")).Status.ShouldBe(200);
        (await PostAsync(gateway, Gateway.Sale(2, 10_000), "b")).Text("code").ShouldBe("request.key-reused");
    }

    [Fact]
    public async Task Keys_are_forgotten_after_thirty_days_and_not_before()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await PostAsync(gateway, Gateway.Sale(1, 10_000), "a");
        var forget = gateway.Api.Services.GetServices<IHostedService>().OfType<ForgetOldKeys>().Single();
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(30));
        (await forget.RunAsync(CancellationToken.None)).ShouldBe(0);
        gateway.Bank.Clock.Advance(TimeSpan.FromSeconds(1));
        (await forget.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await gateway.CountAsync("idempotency_key")).ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_too_large_to_keep_is_made_anew()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var lines = string.Join('\n', Enumerable.Range(1, 900).Select(i => Gateway.Sale(i, 100)));
        foreach (var duplicate in new[] { false, true })
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Api.Address, "transactions"))
            {
                Content = new StringContent(lines, System.Text.Encoding.UTF8, "application/x-ndjson"),
            };
            request.Headers.Add(IdempotencyKey.Header, "large");
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            text.Length.ShouldBeGreaterThan(AnsweredRequest.BodyBytesMax);
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(900);
            text.Contains("\"duplicate\":true", StringComparison.Ordinal).ShouldBe(duplicate);
        }

        (await gateway.CountAsync("journal")).ShouldBe(900);
    }

    /// <summary>The row of a claim can be given up between the two statements of an act under the same key.</summary>
    [Fact]
    public async Task A_key_whose_claim_comes_and_goes_is_under_way_and_no_fault()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 400).Select(async i => i % 2 == 0
            // Claimed, refused, given up.
            ? (await gateway.Api.PostAsync("webhooks", "{}", "en", (IdempotencyKey.Header, "k"))).Status
            : (await gateway.Api.PostAsync("binding-reports", "", "en", (IdempotencyKey.Header, "k"))).Status));
        statuses.ShouldAllBe(s => s < 500);
    }

    private static Task<Answer> PostAsync(Gateway gateway, string notice, string key) =>
        gateway.Api.PostAsync("transactions", notice, "en", (IdempotencyKey.Header, key));
}
