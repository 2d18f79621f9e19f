using Acquiring.Backend.Tests.Registry;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Pricing;

public sealed class ChangeAFeePlan(TestCluster cluster)
{
    private const string MerchantNo = "102360758120001";
    private const string Terms =
        """
        [{ "payType": "card", "cardKind": "debit", "steps": [{ "ratePercent": "0.50", "capFen": 1800, "minFen": 10 },
                                                             { "ratePercent": "0.45", "fromVolumeFen": 5000000, "fixedFen": 2 }] },
         { "payType": "card", "cardKind": "credit", "steps": [{ "ratePercent": "0.55" }] },
         { "payType": "qr", "cardKind": "debit", "steps": [{ "ratePercent": "0.38" }] }]
        """;

    [Fact]
    public async Task It_takes_effect_on_the_next_business_date_and_says_so_in_the_history()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync(MerchantNo);
        await using var api = await TestApi.StartAsync(bank);

        var made = await api.PostAsync(Path, Body("11111111-1111-1111-1111-111111111111"));

        made.Status.ShouldBe(201);
        made.Text("effectiveFrom").ShouldBe("2026-11-23");
        made.Json["terms"]![0]!["steps"]![1]!.ToJsonString().ShouldBe(
            """{"planTerm":1102,"fromVolume":{"amountFen":5000000,"currency":"CNY"},"ratePercent":"0.45","fixed":{"amountFen":2,"currency":"CNY"},"min":{"amountFen":0,"currency":"CNY"},"cap":null}""");
        var plans = (await api.GetAsync(Path)).Items;
        plans.Select(p => $"{p["effectiveFrom"]} {p["inForce"]} {p["source"]}").ShouldBe(["2026-11-23 false proposal", " true test"]);
        (await bank.ScalarAsync<string>("select act || ' ' || actor || ' ' || subject || ' ' || (details->>'effectiveFrom') from audit_entry"))
            .ShouldBe($"fee-plan.change operator {MerchantNo} 2026-11-23");
        (bank.Changes.Registry, bank.Changes.Current).ShouldBe((1, 1));
    }

    [Fact]
    public async Task The_same_request_again_answers_the_same_and_another_with_its_id_is_refused()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync(MerchantNo);
        await bank.MerchantAsync("102360758120002");
        await using var api = await TestApi.StartAsync(bank);
        var body = Body("11111111-1111-1111-1111-111111111111");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.PostAsync(Path, body)));
        answers.Select(a => $"{a.Status} {a.Json.ToJsonString()}").Distinct().ShouldHaveSingleItem();
        (await bank.ScalarAsync<long>("select count(*) from fee_plan")).ShouldBe(3);
        (await bank.ScalarAsync<long>("select count(*) from audit_entry")).ShouldBe(1);

        bank.Clock.Advance(TimeSpan.FromDays(30));
        (await api.PostAsync(Path, body)).Text("effectiveFrom").ShouldBe("2026-11-23");
        var other = await api.PostAsync(Path, body.Replace("0.55", "0.56", StringComparison.Ordinal));
        (other.Status, other.Text("code")).ShouldBe((422, "pricing.proposal-differs"));
        (await api.PostAsync("merchants/102360758120002/fee-plans", body)).Text("code").ShouldBe("pricing.proposal-differs");
    }

    [Theory]
    [InlineData("2026-11-22", "pricing.too-early", "2026-11-23")]
    [InlineData("2026-11-23", "201", "")]
    [InlineData("2099-12-31", "201", "")]
    [InlineData("2100-01-01", "pricing.too-late", "")]
    public async Task A_named_date_must_lie_ahead(string date, string code, string earliest)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync(MerchantNo);
        await using var api = await TestApi.StartAsync(bank);
        var answer = await api.PostAsync(Path, Body("11111111-1111-1111-1111-111111111111", date));
        (answer.Status == 201 ? "201" : answer.Text("code")).ShouldBe(code);
        $"{answer.Json["details"]?["earliest"]}".ShouldBe(earliest);
    }

    [Fact]
    public async Task No_date_that_is_closed_or_priced_gets_another_plan_and_no_plan_comes_between_two()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync(MerchantNo);
        var terminal = await bank.TerminalAsync("10000001", merchant);
        // Files of days to come, as a fast clock elsewhere makes them.
        await bank.PostAsync(merchant, terminal, "2026-11-25", stan: 1);
        await using var api = await TestApi.StartAsync(bank);
        (await api.PostAsync(Path, Body("11111111-1111-1111-1111-111111111111", "2026-11-25"))).Json["details"]!["earliest"]!.ToString().ShouldBe("2026-11-26");
        await bank.ExecuteAsync("insert into business_day_close (business_date, closed_at, complete, insisted, findings) values ('2026-11-27', now(), true, false, 0)");
        (await api.PostAsync(Path, Body("11111111-1111-1111-1111-111111111111"))).Text("effectiveFrom").ShouldBe("2026-11-28");
        var between = await api.PostAsync(Path, Body("22222222-2222-2222-2222-222222222222"));
        (between.Status, between.Text("code"), $"{between.Json["details"]!["planned"]}").ShouldBe((409, "pricing.later-plan", "2026-11-28"));
    }

    [Fact]
    public async Task Bad_requests_are_refused_in_both_languages()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync(MerchantNo);
        await using var api = await TestApi.StartAsync(bank);
        (await api.PostAsync(Path, $$"""{ "terms": {{Terms}} }""")).Text("code").ShouldBe("pricing.proposal-id-missing");
        (await api.PostAsync(Path, """{ "proposalId": "11111111-1111-1111-1111-111111111111" }""")).Text("code").ShouldBe("pricing.card-term-missing");
        (await api.PostAsync("merchants/102360758129999/fee-plans", Body("11111111-1111-1111-1111-111111111111"))).Status.ShouldBe(404);
        (await api.GetAsync("merchants/102360758129999/fee-plans")).Text("code").ShouldBe("merchant.unknown");
        (await api.PostAsync(Path, Body("11111111-1111-1111-1111-111111111111", "2026-11-22"), "zh-CN")).Text("detail").ShouldContain("请指定 2026-11-23 或之后的日期");
    }

    [Fact]
    public async Task A_later_import_of_the_same_file_does_not_undo_it()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var change = new Backend.Pricing.FeePlans.ChangeFeePlan(desk.DataSource, desk.Clock, desk.Changes);
        (await change.RunAsync(
            "102360000000001",
            new(Guid.Parse("11111111-1111-1111-1111-111111111111"), null,
                [new(PayType.Card, CardKind.Debit, [new("0.30")]), new(PayType.Card, CardKind.Credit, [new("0.30")])]),
            "tester", CancellationToken.None)).IsRefused.ShouldBeFalse();
        desk.Clock.Advance(TimeSpan.FromDays(5));

        (await desk.GoodAsync()).ChangedAnything.ShouldBeFalse();

        var dearer = RegistryDesk.GoodMerchants.Replace("0.38,,0.60,2000", "0.40,,0.60,2000", StringComparison.Ordinal);
        (await desk.RunAsync(RegistryDesk.Files(merchants: dearer))).PricesChanged.ShouldBe(1);
        (await desk.SnapshotAsync()).TryMerchant("102360000000001", out var merchant).ShouldBeTrue();
        merchant!.Plans.Select(p => p.Debit.Rate.PerTenMillion).ShouldBe([38_000, 30_000, 40_000]);
    }

    private static string Path => $"merchants/{MerchantNo}/fee-plans";

    private static string Body(string proposalId, string? effectiveFrom = null) =>
        $$"""{ "proposalId": "{{proposalId}}", "terms": {{Terms}}, "effectiveFrom": {{(effectiveFrom is null ? "null" : $"\"{effectiveFrom}\"")}} }""";
}
