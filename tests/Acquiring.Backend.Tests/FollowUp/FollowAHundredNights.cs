using System.Text;
using Acquiring.Backend.FollowUp.Run;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.WorkTerms;
using Acquiring.Testing;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.FollowUp;

/// <summary>
/// Findings come and go by chance, people do and cancel tasks, machines become spares. After each night the open tasks are those that a plain reading
/// of what stands asks for, with their dates. The night looks only where something is noted; the plain reading looks everywhere.
/// </summary>
public sealed class FollowAHundredNights(TestCluster cluster, ITestOutputHelper output)
{
    private const int Seed = 20261123;
    private const int Machines = 40;
    private static readonly DateOnly s_first = new(2026, 6, 1);
    private static readonly string[] s_stages = ["remind", "train", "reprice", "proposeRemoval"];
    private static readonly Dictionary<string, int> s_days = new() { ["reverify"] = 5, ["recover"] = 4, ["remind"] = 3, ["train"] = 2, ["reprice"] = 4, ["proposeRemoval"] = 6 };

    private readonly Random _random = new(Seed);
    private readonly Machine[] _machines = [.. Enumerable.Range(1, Machines).Select(i => new Machine { Id = i })];

    [Fact]
    public async Task The_open_tasks_are_those_of_a_plain_reading()
    {
        output.WriteLine($"seed {Seed}");
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        var merchant = await bank.MerchantAsync("102360758120001");
        foreach (var machine in _machines)
        {
            await bank.TerminalAsync($"{10_000_000 + machine.Id}", merchant);
        }

        foreach (var (kind, days) in s_days)
        {
            await bank.ExecuteAsync($"insert into work_term values ('{kind}Days', '', '2026-01-01', {days}, 'test', 'test', 'test', now())");
        }

        var opened = 0;
        for (var night = 0; night < 100; night++)
        {
            var on = s_first.AddDays(night);
            await LiveAsync(bank, merchant, on);
            await FollowAsync(bank, api, on);
            foreach (var machine in _machines)
            {
                opened += Read(machine, on);
            }

            var found = await bank.ScalarAsync<string>(
                "select string_agg(concat_ws(' ', terminal_id, kind, since, due_on), ', ' order by terminal_id, kind, since) from follow_up where state = 'open'");
            var expected = string.Join(", ", _machines.SelectMany(m => m.Tasks.Where(t => t.Value.State == "open")
                .Select(t => (m.Id, t.Key.Kind, t.Key.Since, Told: $"{m.Id} {t.Key.Kind} {t.Key.Since:yyyy-MM-dd} {t.Value.Due:yyyy-MM-dd}")))
                .OrderBy(t => t.Id).ThenBy(t => t.Kind, StringComparer.Ordinal).ThenBy(t => t.Since).Select(t => t.Told));
            found.ShouldBe(expected, $"{on:yyyy-MM-dd}");
            await PeopleAsync(bank, api);
        }

        output.WriteLine($"{opened} tasks opened");
        opened.ShouldBeGreaterThan(200);
        (await bank.ScalarAsync<long>("select count(distinct kind || state) from follow_up")).ShouldBeGreaterThan(12);
    }

    /// <summary>What stands against each machine changes now and then, and the sweeps write it down.</summary>
    private async Task LiveAsync(TestBank bank, int merchant, DateOnly on)
    {
        var sql = new StringBuilder();
        foreach (var m in _machines)
        {
            var (months, low, spare) = (m.Months, m.LowSince, m.Spare);
            switch (_random.Next(40))
            {
                case 0 or 1 when m.Months == 0 && !m.Spare:
                    (m.Months, m.Last) = (3, on.AddDays(-90));
                    break;
                case 2 when m.Months == 0 && !m.Spare && m.Last != default:
                    // A sale was withdrawn.
                    m.Months = 3;
                    break;
                case 3 or 4 when m.Months == 3:
                    m.Months = 12;
                    break;
                case 5 when m.Months == 12:
                    m.Months = 3;
                    break;
                case 6 when m.Months != 0:
                    m.Months = 0;
                    break;
                case 7 or 8 when m.LowSince is null && !m.Spare:
                    m.LowSince = on;
                    break;
                case 9 when m.LowSince is not null && _random.Next(4) == 0:
                    m.LowSince = null;
                    break;
                case 10 when _random.Next(3) == 0:
                    (m.Spare, m.Months, m.LowSince) = (!m.Spare, 0, null);
                    break;
            }

            if (m.Months != months)
            {
                sql.Append($"""
                    insert into idle_finding (terminal_id, judged_on, verdict, rule, last_activity_on, activity_source, due_on, incomplete_days, found_at)
                    values ({m.Id}, '{on:yyyy-MM-dd}', '{(m.Months == 0 ? "cleared" : $"{m.Months}m")}', 'test', '{m.Last:yyyy-MM-dd}', 'sale', '{on:yyyy-MM-dd}', 0, now());
                    """);
            }

            if (m.LowSince != low)
            {
                sql.Append($$"""
                    insert into idle_verdict (terminal_id, layer, judged_on, state, rule, merchant_id, policy_version, since, document, decided_at)
                    values ({{m.Id}}, 'lowVolume', '{{on:yyyy-MM-dd}}', '{{(m.LowSince is null ? "clear" : "found")}}', {{(m.LowSince is null ? "null" : "'lowVolume'")}}, {{merchant}}, 1, '{{on:yyyy-MM-dd}}', '{}', now());
                    """);
            }

            if (m.Spare != spare)
            {
                sql.Append($"update terminal set spare = {m.Spare} where terminal_id = {m.Id};");
            }
        }

        if (sql.Length > 0)
        {
            await bank.ExecuteAsync(sql.ToString());
        }
    }

    /// <summary>The night's step, a transaction after the other.</summary>
    private static async Task FollowAsync(TestBank bank, TestApi api, DateOnly on)
    {
        var chunk = new FollowChunk(api.Services.GetRequiredService<TakeTerminalStep>(), bank.Clock);
        for (var goesOn = true; goesOn;)
        {
            await using var connection = await bank.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            (await FollowNight.BeginAsync(connection, on, bank.Clock.GetUtcNow().UtcDateTime, default)).ShouldBeTrue();
            var next = await FollowNight.NextAsync(connection, 0, 1, 20, default);
            if (next.Length > 0)
            {
                var (followed, _) = await chunk.RunAsync(connection, next, on, await WorkTermsOnDate.LoadAsync(connection, on, default), default);
                await FollowNight.FinishAsync(connection, on, 0, next, followed, default);
            }

            await transaction.CommitAsync();
            goesOn = next.Length > 0;
        }
    }

    /// <summary>What stands asks for these tasks; whatever else is open is over.</summary>
    private static int Read(Machine m, DateOnly on)
    {
        var wanted = new HashSet<(string Kind, DateOnly Since)>();
        if (m.Months == 12)
        {
            wanted.Add(("recover", m.Last));
        }
        else
        {
            if (m.Months == 3)
            {
                wanted.Add(("reverify", m.Last));
            }

            if (m.LowSince is { } since)
            {
                var stage = 0;
                while (stage < 3 && m.Tasks.TryGetValue((s_stages[stage], since), out var task) && task.State == "done" && task.Due <= on)
                {
                    stage++;
                }

                wanted.Add((s_stages[stage], since));
            }
        }

        var opened = 0;
        foreach (var (key, task) in m.Tasks.Where(t => t.Value.State == "open").ToList())
        {
            m.Tasks[key] = !wanted.Contains(key) ? task with { State = "ended" }
                : key.Kind == "reverify" && task.Due < on ? task with { State = "done" } : task;
        }

        foreach (var key in wanted.Where(k => !m.Tasks.TryGetValue(k, out var task) || task.State == "ended"))
        {
            m.Tasks[key] = new("open", on.AddDays(s_days[key.Kind]));
            opened++;
        }

        return opened;
    }

    private async Task PeopleAsync(TestBank bank, TestApi api)
    {
        await using var connection = await bank.DataSource.OpenConnectionAsync();
        var open = (await connection.QueryAsync<(long Id, int Terminal, string Kind, DateTime Since, int Version)>(
            "select follow_up_id, terminal_id, kind, since::timestamp, version from follow_up where state = 'open' order by follow_up_id")).ToList();
        foreach (var task in open.Where(_ => _random.Next(6) == 0))
        {
            var cancels = _random.Next(8) == 0;
            var result = task.Kind == "reverify" ? _random.Next(2) == 0 ? "passed" : "failed" : "done";
            var body = cancels ? """{"why":"x"}""" : $$"""{"why":"x","result":"{{result}}"}""";
            var answer = await api.PostAsync($"follow-ups/{task.Id}/{(cancels ? "cancel" : "complete")}", body, "en", ("If-Match", $"\"{task.Version}\""));
            if (answer.Status == 200)
            {
                var (machine, key) = (_machines[task.Terminal - 1], (task.Kind, DateOnly.FromDateTime(task.Since)));
                machine.Tasks[key] = machine.Tasks[key] with { State = cancels ? "cancelled" : "done" };
            }
            else
            {
                answer.Text("code").ShouldBe("follow-up.ends-by-itself");
            }
        }
    }

    private sealed class Machine
    {
        public int Id { get; init; }

        public int Months { get; set; }

        public DateOnly Last { get; set; }

        public DateOnly? LowSince { get; set; }

        public bool Spare { get; set; }

        public Dictionary<(string Kind, DateOnly Since), NaiveTask> Tasks { get; } = [];
    }

    private sealed record NaiveTask(string State, DateOnly Due);
}
