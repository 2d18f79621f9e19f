using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Books;
using Acquiring.Backend.IdlePolicies.Ask;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.IdlePolicies;

public sealed class LiveThroughHalfAYear(TestCluster cluster, ITestOutputHelper output)
{
    private const int Days = 160;
    private const int Seed = 20271120;

    // Over a year's end and the leap day of 2028.
    private static readonly DateOnly s_first = new(2027, 11, 20);

    // Nights that are not done; the last goes over the end of a month.
    private static readonly HashSet<DateOnly> s_skipped = [new(2027, 12, 8), new(2027, 12, 24), new(2027, 12, 25), new(2028, 3, 31), new(2028, 4, 1)];

    // Nights that are done days later, one after the other.
    private static readonly HashSet<DateOnly> s_late =
        [
            new(2027, 12, 12), new(2027, 12, 13), new(2027, 12, 14), new(2027, 12, 15), new(2028, 1, 30), new(2028, 1, 31), new(2028, 2, 1), new(2028, 2, 28),
            new(2028, 2, 29), new(2028, 3, 14), new(2028, 3, 15), new(2028, 3, 16), new(2028, 4, 10), new(2028, 4, 11), new(2028, 4, 12), new(2028, 4, 13),
        ];

    private static readonly SimPolicy s_begin = new(3, 100_000, 3, 0, 0, 90, "spare newlyInstalled seasonal ruralBenefitPoint loanLinked", 2, 10, 80, 5, 10);
    private static readonly SimPolicy s_bank = new(2, 1_500, 6, 6, 30, 45, "spare newlyInstalled seasonal ruralBenefitPoint loanLinked", 3, 8, 60, 4, 7);
    private static readonly SimPolicy s_branch = new(1, 900, 4, 0, 0, 20, "seasonal ruralBenefitPoint", 1, 2, 100, 9, 20);

    [Fact]
    public async Task Every_terminal_has_on_every_day_the_verdicts_that_a_plain_reading_gives_and_keeps_its_answer()
    {
        output.WriteLine($"seed {Seed}");
        await using var bank = await TestBank.OpenAsync(cluster);
        var naive = new NaiveVerdicts
        {
            PolicyOf = (branch, on) => on >= new DateOnly(2028, 2, 5) && branch is "360701" or "360702" && on >= new DateOnly(2028, 2, 5) ? s_branch
                : on >= new DateOnly(2027, 12, 28) ? s_bank : s_begin,
        };
        var simulation = new VerdictSimulation(bank, naive, Seed, merchants: 45, terminals: 70);
        await simulation.OpenAsync(s_first);
        await AdoptAsync(bank, 2, "", "2027-12-28", s_bank);
        await AdoptAsync(bank, 3, "360701", "2028-02-05", s_branch);
        var run = new RunIdlePolicies(bank.DataSource, bank.Clock);
        var answers = new Dictionary<(int Terminal, DateOnly On), string>();
        var seen = new Dictionary<string, int>();
        var waiting = new List<DateOnly>();
        var judged = 0;
        for (var day = s_first; day < s_first.AddDays(Days); day = day.AddDays(1))
        {
            await simulation.LiveAsync(day);
            if (s_skipped.Contains(day))
            {
                continue;
            }

            waiting.Add(day);
            if (s_late.Contains(day))
            {
                continue;
            }

            foreach (var night in waiting)
            {
                (await run.RunAsync(night, TestContext.Current.CancellationToken)).Accepted(out var done, out var refusal).ShouldBeTrue($"{refusal}");
                judged += done!.Judged;
                await CompareAsync(bank, naive, simulation, night, known: day, seen);
                await using var connection = await bank.DataSource.OpenConnectionAsync();
                foreach (var terminal in simulation.Terminals.Where(t => t % 4 == night.DayNumber % 4))
                {
                    answers.Add((terminal, night), await AnswerAsync(connection, terminal, night));
                }
            }

            waiting.Clear();
        }

        output.WriteLine($"{answers.Count} answers, {judged} merchants judged of {simulation.Merchants.Count * (Days - s_skipped.Count)}, {await bank.ScalarAsync<long>("select count(*) from idle_verdict")} rows");
        judged.ShouldBeLessThan(simulation.Merchants.Count * Days * 2 / 3);
        output.WriteLine(string.Join(", ", seen.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value}")));
        await using (var connection = await bank.DataSource.OpenConnectionAsync())
        {
            foreach (var ((terminal, on), first) in answers)
            {
                (await AnswerAsync(connection, terminal, on)).ShouldBe(first);
            }
        }

        foreach (var word in (string[])["found lowVolume", "found allTerminals", "found mostTerminals", "found anyTerminal", "exempt spare", "exempt newlyInstalled", "exempt seasonal", "exempt ruralBenefitPoint", "exempt loanLinked", "clear"])
        {
            seen.Keys.ShouldContain(k => k.StartsWith(word, StringComparison.Ordinal), word);
        }

        var check = await new BookChecks(bank.DataSource, bank.Clock).RunAsync("books.idle-verdicts", TestContext.Current.CancellationToken);
        check.Misses.ShouldBeEmpty();
        check.RowsChecked.ShouldBeGreaterThan(60);
    }

    private static async Task AdoptAsync(TestBank bank, int version, string branch, string from, SimPolicy policy)
    {
        var json = new JsonObject
        {
            ["name"] = "t",
            ["lowVolume"] = JsonNode.Parse(
                $$"""{"months":{{policy.Months}},"amountFenBelow":{{policy.Amount}},"countBelow":{{policy.Count}},"activeDaysBelow":{{(policy.ActiveDays > 0 ? policy.ActiveDays : "null")}},"commissionFenBelow":{{(policy.Commission > 0 ? policy.Commission : "null")}},"source":"[U]"}"""),
            ["exemptions"] = new JsonArray([.. policy.Exempt.Split(' ').Select(e => JsonNode.Parse(
                $$"""{"kind":"{{e}}","days":{{(e == "newlyInstalled" ? policy.NewDays : "null")}},"source":"[U]"}"""))]),
            ["earlyWarning"] = JsonNode.Parse(
                $$$"""
                {"allTerminals":{"daysMin":{{{policy.AllMin}}},"daysMax":{{{policy.AllMax}}},"source":"[U]"},
                 "mostTerminals":{"sharePercent":{{{policy.Share}}},"days":{{{policy.MostDays}}},"source":"[U]"},"anyTerminal":{"daysMoreThan":{{{policy.AnyMore}}},"source":"[U]"}}
                """),
        };
        await bank.ExecuteAsync(
            $"""
            insert into idle_policy (version, content, created_by, created_at) values ({version}, '{json.ToJsonString()}', 'test', now());
            insert into idle_policy_adoption values ('{branch}', '{from}', {version}, 'test', 'test', now())
            """);
    }

    private static async Task CompareAsync(
        TestBank bank, NaiveVerdicts naive, VerdictSimulation simulation, DateOnly night, DateOnly known, Dictionary<string, int> seen)
    {
        var found = new Dictionary<(int, string), string>();
        await using var command = bank.DataSource.CreateCommand(
            "select distinct on (terminal_id, layer) terminal_id, layer, document from idle_verdict order by terminal_id, layer, judged_on desc");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                found.Add((reader.GetInt32(0), reader.GetString(1)), Told(JsonNode.Parse(reader.GetString(2))!));
            }
        }

        foreach (var terminal in simulation.Terminals)
        {
            var (low, warning) = naive.Of(terminal, night, known);
            found.GetValueOrDefault((terminal, "lowVolume"), "clear").ShouldBe(low, $"{night:yyyy-MM-dd} {terminal} lowVolume");
            found.GetValueOrDefault((terminal, "earlyWarning"), "clear").ShouldBe(warning, $"{night:yyyy-MM-dd} {terminal} earlyWarning");
            foreach (var told in (string[])[low, warning])
            {
                var word = string.Join(' ', told.Split(' ').Take(2));
                seen[word] = seen.GetValueOrDefault(word) + 1;
            }
        }
    }

    /// <summary>A document in the words of the plain reading.</summary>
    private static string Told(JsonNode document)
    {
        var (state, rule, numbers) = ((string)document["state"]!, (string?)document["rule"], document["numbers"]!);
        return state == "clear" ? "clear"
            : rule == "lowVolume"
                ? (state == "exempt"
                    ? $"exempt {string.Join(',', document["evidence"]!.AsArray().Skip(1).Select(e => e!["exemption"] + (e["loan"] is { } loan ? $":{loan}" : "")))}" : "found lowVolume")
                    + string.Concat(numbers["months"]!.AsArray().Select(m => $" {m!["month"]} {m["amountFen"]} {m["count"]}"))
            : $"found {rule} {numbers["lastActivityOn"]} {numbers["reachedOn"]}" + rule switch
            {
                "allTerminals" => $" {numbers["terminals"]}",
                "mostTerminals" => $" {numbers["idleTerminals"]}/{numbers["terminals"]}",
                _ => "",
            };
    }

    private static async Task<string> AnswerAsync(NpgsqlConnection connection, int terminal, DateOnly on) =>
        Encoding.UTF8.GetString((await TerminalVerdictsOnDate.OfAsync(connection, VerdictSimulation.No(terminal), on, CancellationToken.None))!.ToBytes());
}
