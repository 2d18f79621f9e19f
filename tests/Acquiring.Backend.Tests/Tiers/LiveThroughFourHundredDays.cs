using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Books;
using Acquiring.Backend.Tiers.Ask;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Tiers;

public sealed class LiveThroughFourHundredDays(TestCluster cluster, ITestOutputHelper output)
{
    private const int Days = 400;
    private const int Seed = 20271015;

    // Over a year's end and the leap day of 2028.
    private static readonly DateOnly s_first = new(2027, 10, 15);

    // The last goes over the first of a month.
    private static readonly HashSet<DateOnly> s_skipped = [new(2027, 11, 8), new(2027, 12, 24), new(2027, 12, 25), new(2028, 3, 1), new(2028, 3, 2)];

    [Fact]
    public async Task Every_merchant_has_on_every_day_the_tier_that_a_plain_reading_gives_and_keeps_its_answer()
    {
        output.WriteLine($"seed {Seed}");
        await using var bank = await TestBank.OpenAsync(cluster);
        var naive = new NaiveTiers();
        var simulation = new TierSimulation(bank, naive, Seed, merchants: 40);
        await simulation.OpenAsync();
        await AdoptAsync(bank, naive);
        var run = new RunTiers(bank.DataSource, bank.Clock);
        var answers = new Dictionary<(int Merchant, DateOnly On), string>();
        for (var day = s_first; day < s_first.AddDays(Days); day = day.AddDays(1))
        {
            await simulation.LiveAsync(day);
            if (s_skipped.Contains(day))
            {
                continue;
            }

            (await run.RunAsync(day, dryRun: false, TestContext.Current.CancellationToken)).Refusal.ShouldBeNull();
            naive.Run(day, simulation.Merchants);
            await CompareAsync(bank, naive, simulation.Merchants, day);
            await using var connection = await bank.DataSource.OpenConnectionAsync();
            foreach (var merchant in simulation.Merchants.Where(m => m % 4 == day.DayNumber % 4))
            {
                answers.Add((merchant, day), await AnswerAsync(connection, merchant, day));
            }
        }

        output.WriteLine($"{answers.Count} answers, {naive.Changes} changes, {await bank.ScalarAsync<long>("select count(*) from tier_decision")} decisions, "
            + await bank.ScalarAsync<string>("select string_agg(move || ' ' || n, ', ' order by move) from (select move, count(*) n from tier_decision group by 1) m"));
        await using (var connection = await bank.DataSource.OpenConnectionAsync())
        {
            foreach (var ((merchant, on), first) in answers)
            {
                (await AnswerAsync(connection, merchant, on)).ShouldBe(first);
            }
        }

        (await bank.ScalarAsync<long>("select count(distinct move) from tier_decision")).ShouldBe(5);
        (await bank.ScalarAsync<long>("select count(*) from tier_judging")).ShouldBeGreaterThan(100);
        var check = await new BookChecks(bank.DataSource, bank.Clock).RunAsync("books.tiers", TestContext.Current.CancellationToken);
        check.Misses.ShouldBeEmpty();
        check.RowsChecked.ShouldBeGreaterThan(40);
    }

    /// <summary>Three sets of rules, one after the other; thresholds that the simulated shops reach.</summary>
    private static async Task AdoptAsync(TestBank bank, NaiveTiers naive)
    {
        var first = await bank.ScalarAsync<string>("select content from tier_rule_set where version = 1");
        naive.RuleSets.Add((DateOnly.MinValue, first));
        foreach (var (version, from, edit) in ((int, DateOnly, Action<JsonNode>)[])
            [
                (2, new(2027, 12, 10), r => r["keyTownships"] = new JsonArray("九堡镇", "水东镇")),
                (3, new(2028, 5, 1), r =>
                {
                    r["rules"]![0]!["min"] = 4;
                    r["rules"]!.AsArray()[^1]!["groups"] = new JsonArray("vip", "*");
                    r["hysteresis"]!["promotionMonths"] = 3;
                    r["hysteresis"]!["demotionMonths"] = 1;
                }),
            ])
        {
            var rules = JsonNode.Parse(naive.RuleSets[^1].Json)!;
            rules["thresholds"] = JsonNode.Parse(
                """
                [ {"for":"big","grade":"a","netFenMin":40000,"activePercentMin":70,"commissionFenMin":150,"source":"t"},
                  {"for":"big","grade":"b","netFenMin":20000,"activePercentMin":45,"commissionFenMin":60,"source":"t"},
                  {"for":"big","grade":"c","netFenMin":5000,"activePercentMin":20,"commissionFenMin":0,"source":"t"},
                  {"for":"*","grade":"a","netFenMin":40000,"activePercentMin":0,"commissionFenMin":0,"source":"t"},
                  {"for":"*","grade":"b","netFenMin":20000,"activePercentMin":0,"commissionFenMin":0,"source":"t"},
                  {"for":"*","grade":"c","netFenMin":5000,"activePercentMin":0,"commissionFenMin":0,"source":"t"},
                  {"for":"smallConvenience","grade":"b","netFenMin":10000,"activePercentMin":50,"commissionFenMin":100,"source":"t"} ]
                """);
            edit(rules);
            naive.RuleSets.Add((from, rules.ToJsonString()));
            await bank.ExecuteAsync(
                $"""
                insert into tier_rule_set (version, content, created_by, created_at) values ({version}, '{rules.ToJsonString().Replace("'", "''")}', 'test', now());
                insert into tier_rule_adoption values ('{from:yyyy-MM-dd}', {version}, 'test', 'test', now())
                """);
        }
    }

    private static async Task CompareAsync(TestBank bank, NaiveTiers naive, IReadOnlyList<int> merchants, DateOnly day)
    {
        var found = new Dictionary<(int, string), NaiveTier>();
        await using var command = bank.DataSource.CreateCommand(
            """
            select distinct on (merchant_id, dimension) merchant_id, dimension, outcome, tier, grade, since, document
            from tier_decision order by merchant_id, dimension, judged_on desc
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var document = JsonNode.Parse(reader.GetString(6))!;
            found.Add((reader.GetInt32(0), reader.GetString(1)), new(
                reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), (string?)document["rule"],
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<DateOnly>(5),
                string.Join(';', document["evidence"]!.AsArray().Select(e => e!["attribute"] is { } a ? $"{a}{e["no"]}" : $"{e["township"] ?? e["group"]}")),
                string.Join(';', document["missing"]!.AsArray().Select(m => $"{m!["tier"]} {m["attribute"]}"))));
        }

        foreach (var merchant in merchants)
        {
            foreach (var dimension in (string[])["industry", "rural", "realEstate", "namedGroup"])
            {
                found.GetValueOrDefault((merchant, dimension)).ShouldBe(naive.Of(merchant, dimension), $"{day:yyyy-MM-dd} {merchant} {dimension} {naive.MccOn(merchant, day)}");
            }
        }
    }

    private static async Task<string> AnswerAsync(NpgsqlConnection connection, int merchant, DateOnly on) =>
        Encoding.UTF8.GetString((await MerchantTiers.OfAsync(connection, TierSimulation.No(merchant), on, CancellationToken.None))!.ToBytes());
}
