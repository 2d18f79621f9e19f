using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Lifecycle;

public sealed class BaseAnActOnAVersion(TestCluster cluster)
{
    private const string Suspend = """{"why":"Visit failed.","cure":"Another visit."}""";

    [Theory]
    [InlineData(null, 428, "request.if-match-missing")]
    [InlineData("*", 400, "request.if-match-bad")]
    [InlineData("1", 400, "request.if-match-bad")]
    [InlineData("\"1\", \"2\"", 400, "request.if-match-bad")]
    [InlineData("W/\"1\"", 400, "request.if-match-bad")]
    [InlineData("\"0\"", 412, "request.stale")]
    [InlineData("\"2\"", 412, "request.stale")]
    [InlineData("\"1\"", 200, "")]
    public async Task Only_the_present_version_will_do(string? ifMatch, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.ActAsync("suspend", Suspend, ifMatch);
        answer.Status.ShouldBe(status);
        answer.Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task Of_two_at_once_one_wins_and_the_other_is_told()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        for (var version = 1; version < 19; version++)
        {
            var pair = await Task.WhenAll(gateway.ActAsync("suspend", Suspend, version), gateway.ActAsync("suspend", Suspend, version));
            pair.Select(a => a.Status).Order().ShouldBe([200, 412]);
            $"{pair.Single(a => a.Status == 412).Json["details"]!["present"]}".ShouldBe($"{version + 1}");
        }

        (await gateway.CountAsync("merchant_step")).ShouldBe(18);
        (await gateway.CountAsync("outbox_event")).ShouldBe(18);
    }

    [Fact]
    public async Task Under_one_key_it_is_done_once_however_often_and_whenever_it_comes()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.ActAsync("suspend", Suspend, 1, key: "a-1")));
        answers.Select(a => a.Json.ToJsonString()).Distinct().Count().ShouldBe(1);
        answers.ShouldAllBe(a => a.Status == 200 && a.ETag == "\"2\"");

        // Later acts change nothing about the first answer.
        await gateway.ActAsync("lift", """{"hold":2,"why":"Visited."}""", 2);
        (await gateway.ActAsync("suspend", Suspend, 1, key: "a-1")).Text("state").ShouldBe("suspended");
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Text("state").ShouldBe("active");
        (await gateway.CountAsync("merchant_step")).ShouldBe(2);
    }

    [Fact]
    public async Task A_key_is_for_one_request_and_a_refused_one_leaves_it_free()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.ActAsync("lift", """{"hold":2,"why":"x"}""", 1, key: "b-1")).Status.ShouldBe(409);
        (await gateway.ActAsync("suspend", Suspend, 1, key: "b-1")).Status.ShouldBe(200);
        var other = await gateway.ActAsync("close", """{"why":"x"}""", 2, key: "b-1");
        other.Status.ShouldBe(422);
        other.Text("code").ShouldBe("request.key-reused");
        (await gateway.ActAsync("suspend", Suspend, 2, key: "with blank")).Text("code").ShouldBe("request.key-bad");
        (await gateway.ActAsync("suspend", Suspend, 2, key: new string('k', 129))).Text("code").ShouldBe("request.key-bad");
        (await gateway.ActAsync("suspend", Suspend, 2, key: new string('k', 128))).Status.ShouldBe(200);
    }
}
