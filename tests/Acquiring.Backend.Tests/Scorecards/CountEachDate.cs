using System.Text.Json.Nodes;
using Acquiring.Backend.Books;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Scorecards;

public sealed class CountEachDate(TestCluster cluster)
{
    private static readonly string[] s_measures =
    [
        "merchantsOpen", "merchantsActive", "ruralMerchants", "terminalsInstalled", "idleTerminals", "idleYearTerminals", "volumeFen", "transactions",
        "commissionFen", "ruralVolumeFen", "terminalsRemoved", "terminalsRedeployed", "tierPromotions", "tierDemotions",
    ];

    [Fact]
    public async Task Sixty_days_come_to_what_a_naive_count_makes_and_every_number_opens_its_rows()
    {
        await using var life = await ScorecardLife.LiveAsync(cluster);
        // 2027-01-20 took back the dates from 2027-01-02 on, and the night of that date counted them again.
        var naive = await NaiveScorecard.LinesAsync(life);
        (await StoredAsync(life)).ShouldBe(naive);
        // The life holds what it is about: each measure has something, and hands changed in the middle.
        for (var i = 0; i < s_measures.Length; i++)
        {
            naive.Sum(l => long.Parse(l.Split(": ")[1].Split(' ')[i])).ShouldNotBe(0, s_measures[i]);
        }

        await BooksHoldAsync(life);
        foreach (var period in (string[])["from=2026-11-23&to=2027-01-21", "from=2026-12-01&to=2026-12-31", "from=2027-01-15&to=2027-01-15"])
        {
            await AddsUpAsync(life.Api, period, naive);
        }

        // Written again from nothing, and once more over what is there.
        var before = await StoredAsync(life);
        await life.Bank.ExecuteAsync("delete from scorecard_day; delete from scorecard_date");
        await life.CountAgainAsync(life.Last);
        (await StoredAsync(life)).ShouldBe(before);
        await life.CountAgainAsync(life.Last);
        (await StoredAsync(life)).ShouldBe(before);
        (await life.Bank.ScalarAsync<long>("select count(*) from scorecard_date")).ShouldBe(ScorecardLife.Days);

        await life.Bank.ExecuteAsync("update scorecard_day set volume_fen = volume_fen + 1 where business_date = '2027-01-20' and branch_code = '360700'");
        var books = (await life.Api.Services.GetRequiredService<BookChecks>().RunAsync("books.scorecard", TestContext.Current.CancellationToken)).Misses;
        books.Select(m => string.Join(' ', m.Details.Take(4).Select(d => d.Value))).ShouldBe(["2027-01-20 360700 - volumeFen"]);
    }

    private static async Task BooksHoldAsync(ScorecardLife life)
    {
        var check = await life.Api.Services.GetRequiredService<BookChecks>().RunAsync("books.scorecard", TestContext.Current.CancellationToken);
        check.Misses.ShouldBeEmpty();
        check.RowsChecked.ShouldBeGreaterThan(3);
    }

    /// <summary>Whole = naive = own + children = managers = the rows behind it, for each measure.</summary>
    private static async Task AddsUpAsync(TestApi api, string period, IReadOnlyList<string> naive)
    {
        var (first, last) = (period[5..15], period[^10..]);
        foreach (var scope in (string[])["", "&branch=B1", "&branch=B11", "&manager=M1", "&branch=B2&manager=(none)"])
        {
            var card = (await api.GetAsync($"scorecards?{period}{scope}")).Json;
            foreach (var (measure, i) in s_measures.Select((m, i) => (m, i)))
            {
                var value = Value(card["whole"]!, measure);
                if (scope.Length == 0)
                {
                    value.ShouldBe(naive.Where(l => string.CompareOrdinal(l[..10], i < 6 ? last : first) >= 0 && string.CompareOrdinal(l[..10], last) <= 0)
                        .Sum(l => long.Parse(l.Split(": ")[1].Split(' ')[i])), $"{period} {measure}");
                }

                var own = card["own"] is { } o ? Value(o, measure) : 0;
                (own + card["children"]!.AsArray().Sum(c => Value(c!, measure))).ShouldBe(value, $"{scope} {measure}");
                card["managers"]!.AsArray().Sum(m => Value(m!, measure)).ShouldBe(value, $"{scope} {measure} by managers");
                (await RowsAsync(api, $"scorecards/rows?measure={measure}&{period}{scope}")).ShouldBe(value, $"rows of {period}{scope} {measure}");
                if (scope == "&branch=B1")
                {
                    (await RowsAsync(api, $"scorecards/rows?measure={measure}&{period}{scope}&own=true")).ShouldBe(own, $"own rows of {period} {measure}");
                }
            }
        }
    }

    private static async Task<long> RowsAsync(TestApi api, string path)
    {
        var (sum, next) = (0L, "");
        do
        {
            var page = await api.GetAsync($"{path}&limit=3{next}");
            page.Status.ShouldBe(200, page.Json.ToJsonString());
            sum += page.Items.Sum(i => i["value"]!.GetValue<long>());
            next = page.Json["next"]?.GetValue<string>() is { } cursor ? $"&cursor={cursor}" : "";
        }
        while (next.Length > 0);
        return sum;
    }

    private static long Value(JsonNode card, string measure) =>
        card["figures"]!.AsArray().Single(f => $"{f!["measure"]}" == measure)!["value"]!.GetValue<long>();

    private static async Task<IReadOnlyList<string>> StoredAsync(ScorecardLife life) => (await life.Bank.ScalarAsync<string>(
        """
        select string_agg(concat(business_date, ' ', branch_code, ' ', manager_code, ': ', v), e'\n' order by business_date, branch_code collate "C", manager_code collate "C")
        from (
            select *, concat_ws(' ', merchants_open, merchants_active, rural_merchants, terminals_installed, idle_terminals, idle_year_terminals, volume_fen,
                                transactions, commission_fen, rural_volume_fen, terminals_removed, terminals_redeployed, tier_promotions, tier_demotions) as v
            from scorecard_day) s
        where v <> '0 0 0 0 0 0 0 0 0 0 0 0 0 0'
        """)).Split('\n');
}
