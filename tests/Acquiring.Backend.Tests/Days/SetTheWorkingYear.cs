using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Days;

/// <summary>It is 2026-11-22; 2026 is known from the beginning, 2027 is not.</summary>
public sealed class SetTheWorkingYear(TestCluster cluster)
{
    private const string Of2027 =
        """
        { "source": "国办发明电〔2026〕1号", "days": [ { "on": "2027-01-03", "works": true, "name": "调休上班" },
                                                     { "on": "2027-01-01", "works": false, "name": "元旦" } ] }
        """;

    [Fact]
    public async Task A_year_that_is_not_known_is_assumed_until_it_is_set()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        (await api.GetAsync("working-calendar/2027")).ETag.ShouldBe("\"0\"");
        (await OnAsync(api, "2026-12-31", 1)).ShouldBe("2027-01-01 working assumed");

        var set = await SetAsync(api, 2027, Of2027, 0, key: "k");
        (set.Status, set.ETag).ShouldBe((200, "\"1\""));
        set.Json["days"]!.AsArray().Select(d => $"{d!["on"]} {d["works"]}").ShouldBe(["2027-01-01 false", "2027-01-03 true"]);
        (await OnAsync(api, "2026-12-31", 1)).ShouldBe("2027-01-03 workedInstead known");
        (await OnAsync(api, "2026-12-31", 2)).ShouldBe("2027-01-04 working known");
        (await SetAsync(api, 2027, Of2027, 0, key: "k")).Json.ToJsonString().ShouldBe(set.Json.ToJsonString());
        (await SetAsync(api, 2027, Of2027, 0)).Status.ShouldBe(412);
        (await bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'calendar.setYear'")).ShouldBe(1);
        (await bank.ScalarAsync<long>("select count(*) from outbox_event where type = 'calendar.setYear'")).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_at_once_set_it_once()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SetAsync(api, 2027, Of2027, 0)));
        answers.Select(a => a.Status).Order().ShouldBe([200, .. Enumerable.Repeat(412, 9)]);
    }

    [Fact]
    public async Task Days_that_are_over_stay_and_days_to_come_may_change()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        bank.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Date.ShouldBe(new DateTime(2026, 11, 22, 0, 0, 0, DateTimeKind.Unspecified));
        var year = (await api.GetAsync("working-calendar/2026")).Json;
        var days = year["days"]!.ToJsonString();
        days.ShouldContain("2026-10-10");
        var shorter = await SetAsync(api, 2026, $$"""{"source":"x","days":{{days.Replace("2026-10-10", "2026-10-11", StringComparison.Ordinal)}}}""", 1);
        (shorter.Status, shorter.Text("code")).ShouldBe((409, "calendar.past"));
        var longer = await SetAsync(api, 2026, $$"""{"source":"x","days":{{days[..^1]}},{"on":"2026-11-23","works":false,"name":"x"}]}""", 1);
        (longer.Status, longer.Text("version")).ShouldBe((200, "2"));
        (await OnAsync(api, "2026-11-22", 1)).ShouldBe("2026-11-24 working known");
    }

    [Theory]
    [InlineData(1999, """{"source":"x","days":[]}""", "calendar.year")]
    [InlineData(2027, """{"source":" ","days":[]}""", "calendar.source")]
    [InlineData(2027, """{"source":"x"}""", "calendar.days")]
    [InlineData(2027, """{"source":"x","days":[null]}""", "calendar.other-year")]
    [InlineData(2027, """{"source":"x","days":[{"on":"2026-12-31","works":false,"name":"x"}]}""", "calendar.other-year")]
    [InlineData(2027, """{"source":"x","days":[{"on":"2027-01-01","works":false,"name":""}]}""", "calendar.name")]
    [InlineData(2027, """{"source":"x","days":[{"on":"2027-01-01","works":true,"name":"x"}]}""", "calendar.worked-anyway")]
    [InlineData(2027, """{"source":"x","days":[{"on":"2027-01-02","works":true,"name":"x"},{"on":"2027-01-02","works":false,"name":"x"}]}""", "calendar.twice")]
    public async Task What_does_not_fit_is_named(int year, string body, string code)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        var refused = await SetAsync(api, year, body, 0, language: "zh-CN");
        (refused.Status, refused.Text("code")).ShouldBe((400, code));
        (await bank.ScalarAsync<long>("select count(*) from working_year")).ShouldBe(2);
    }

    private static Task<Answer> SetAsync(TestApi api, int year, string body, int version, string? key = null, string language = "en") =>
        api.PutAsync(
            $"working-calendar/{year}", body, language,
            [("If-Match", $"\"{version}\""), .. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", key)]]);

    private static async Task<string> OnAsync(TestApi api, string after, int days)
    {
        var day = (await api.GetAsync($"working-calendar/working-day?after={after}&workingDays={days}")).Json;
        return $"{day["on"]} {day["kind"]} {((bool)day["assumed"]! ? "assumed" : "known")}";
    }
}
