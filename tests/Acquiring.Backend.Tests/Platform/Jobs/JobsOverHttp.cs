using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Platform.Jobs;

public sealed class JobsOverHttp(TestCluster cluster)
{
    private const string Closed =
        """
        insert into business_day_close (business_date, closed_at, complete, insisted, findings)
        select d, '2026-11-21T03:00:00Z', true, false, 0 from generate_series('2026-11-18'::date, '2026-11-20', '1 day') d
        """;

    [Fact]
    public async Task Ask_list_cancel_and_run_again()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync(Closed);
        await using var api = await TestApi.StartAsync(bank);
        var first = await api.PostAsync("jobs/verify-books/2026-11-18", "{}");
        (first.Status, first.Text("changed"), first.Text("state")).ShouldBe((202, "true", "due"));
        var second = await api.PostAsync("jobs/verify-books/2026-11-18", "{}");
        (second.Status, second.Text("changed")).ShouldBe((202, "false"));
        $"{second.Json["shards"]}".ShouldBe($"{first.Json["shards"]}");
        await api.PostAsync("jobs/verify-books/2026-11-19", "{}");

        var page = await api.GetAsync("jobs?limit=1");
        page.Items.Single()["businessDate"]!.ToString().ShouldBe("2026-11-19");
        var rest = await api.GetAsync($"jobs?limit=1&cursor={page.Text("next")}");
        (rest.Items.Single()["businessDate"]!.ToString(), rest.Json["next"]).ShouldBe(("2026-11-18", null));
        (await api.GetAsync("jobs?state=due&date=2026-11-18&job=verify-books")).Items.Count.ShouldBe(1);
        (await api.GetAsync("jobs?state=done")).Items.ShouldBeEmpty();

        (await api.PostAsync("jobs/verify-books/2026-11-18/rerun", """{"reason":"again"}""")).Text("code").ShouldBe("jobs.open");
        (await api.PostAsync("jobs/verify-books/2026-11-18/cancel", "{}")).Text("state").ShouldBe("cancelled");
        var again = await api.PostAsync("jobs/verify-books/2026-11-18/rerun", """{"reason":"the parts of fees were mended","asks":1}""");
        (again.Status, again.Text("state")).ShouldBe((202, "due"));
        (await api.PostAsync("jobs/verify-books/2026-11-18/rerun", """{"reason":"the parts of fees were mended","asks":1}""")).Text("changed").ShouldBe("false");
    }

    [Theory]
    [InlineData("jobs/sweep/2026-11-18", "{}", 404, "jobs.unknown")]
    [InlineData("jobs/verify-books/1999-12-31", "{}", 400, "jobs.date-range")]
    [InlineData("jobs/verify-books/tomorrow", "{}", 400, "request.bad-parameter")]
    [InlineData("jobs/verify-books/2026-11-21", "{}", 409, "books.date-open")]
    [InlineData("jobs/verify-books/2026-11-18/cancel", "{}", 404, "jobs.not-asked")]
    [InlineData("jobs/verify-books/2026-11-18/rerun", "{}", 400, "jobs.reason")]
    [InlineData("jobs/verify-books/2026-11-18/rerun", """{"reason":"card 4111 1111 1111 1111"}""", 400, "jobs.card-in-reason")]
    [InlineData("jobs/verify-books/2026-11-18", """{"reason":"card 4111 1111 1111 1111"}""", 400, "jobs.card-in-reason")]
    public async Task A_request_that_cannot_be_is_told_why(string path, string body, int status, string code)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync(Closed);
        await using var api = await TestApi.StartAsync(bank);
        foreach (var language in new[] { "en", "zh-CN" })
        {
            var answer = await api.PostAsync(path, body, language);
            (answer.Status, answer.Text("code")).ShouldBe((status, code));
            answer.Text("detail").ShouldNotContain("{");
            answer.Text("detail").ShouldNotStartWith(code);
        }

        (await api.GetAsync("jobs?state=finished")).Text("code").ShouldBe("jobs.state");
        (await api.GetAsync("jobs?state=5")).Text("code").ShouldBe("jobs.state");
    }
}
