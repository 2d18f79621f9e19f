using Acquiring.Backend.IdleSweep;
using Acquiring.Core.Idle;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdleSweep;

/// <summary>The sweep's arrays and Core's plain walk are two forms of one rule: they must agree on any history.</summary>
public sealed class SweepAgreesWithTheRule(TestCluster cluster, ITestOutputHelper output)
{
    private const int Seed = 20261122;
    private const int Terminals = 2_000;

    private int _inStock;

    [Fact]
    public async Task On_random_histories_with_gaps_month_ends_and_leap_days()
    {
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        await using var bank = await TestBank.OpenAsync(cluster);
        await SeedAsync(bank, random);
        var idle = 0;
        var moved = 0;
        foreach (var on in (string[])["2023-11-30", "2024-02-28", "2024-02-29", "2024-03-01", "2024-05-29", "2024-05-31", "2025-02-28", "2025-03-01"])
        {
            var date = DateOnly.Parse(on);
            foreach (var share in (double[])[0, 0.05, 0.6])
            {
                var incomplete = Incomplete(random, date, share);
                var computed = await ComputedAsync(bank, date, incomplete);
                var byRule = await ByRuleAsync(bank, date, incomplete.ToHashSet());
                computed.ShouldBe(byRule);
                idle += byRule.Count;
                moved += byRule.Values.Count(v => !v.EndsWith("+0", StringComparison.Ordinal));
            }
        }

        // A property that never meets its case proves nothing.
        idle.ShouldBeGreaterThan(5_000);
        moved.ShouldBeGreaterThan(1_000);
        _inStock.ShouldBeGreaterThan(1_000);
    }

    private static async Task SeedAsync(TestBank bank, Random random)
    {
        var merchantId = await bank.MerchantAsync("102360758120001");
        // Dates crowd round month ends, where clamping matters.
        string AnyDate() => random.Next(3) == 0
            ? $"{new DateOnly(2022, 1, 1).AddMonths(random.Next(40)).AddDays(-random.Next(4)):yyyy-MM-dd}"
            : $"{new DateOnly(2022, 1, 1).AddDays(random.Next(1_200)):yyyy-MM-dd}";
        var sql = new System.Text.StringBuilder();
        for (var t = 1; t <= Terminals; t++)
        {
            var known = random.Next(2) == 0 ? $"'{AnyDate()}'" : "null";
            sql.AppendLine(
                $"""
                insert into terminal (terminal_id, terminal_no, serial_no, model, installed_on, known_activity_on, spare, installation_address, changed_at)
                values ({t}, '{t:D8}', '{t}', 'N86', '{AnyDate()}', {known}, {random.Next(10) == 0}, '', '{TestBank.AnyTime}');
                """);
            // One in eight went back to stock, at a midnight or a second beside it: dates end at 16:00Z.
            var returned = random.Next(8) == 0 ? $"'{AnyDate()}T{new[] { "15:59:59", "16:00:00", "16:00:01" }[random.Next(3)]}Z'" : "'infinity'";
            sql.AppendLine($"insert into terminal_binding (terminal_id, merchant_id, valid_from, valid_to) values ({t}, {merchantId}, '-infinity', {returned});");
            // One in five was handled by people: on some date its flag changed, and perhaps it came to another holder.
            if (random.Next(5) == 0)
            {
                var (on, from) = (AnyDate(), random.Next(2) == 0 ? $"'{AnyDate()}'" : "null");
                sql.AppendLine(
                    $"""
                    insert into terminal_fact (terminal_id, valid_from, spare, installed_on) values ({t}, '-infinity', {random.Next(3) == 0}, '{AnyDate()}');
                    insert into terminal_fact (terminal_id, valid_from, spare, installed_on, clock_from)
                    values ({t}, '{on}', {random.Next(3) == 0}, '{AnyDate()}', {from});
                    """);
            }

            for (var s = random.Next(4); s > 0; s--)
            {
                // A withdrawn day sums to nothing over its two business dates.
                var date = AnyDate();
                var count = random.Next(1, 3);
                sql.AppendLine($"insert into day_volume values ('{date}', 1, {t}, '{date}', {count}, 0, 0, 0, 0, 0, 1, 0, 0, 0) on conflict do nothing;");
                if (random.Next(3) == 0)
                {
                    sql.AppendLine($"insert into day_volume values ('{date}', 1, {t}, '2030-01-01', {-count}, 0, 0, 0, 0, 0, 1, 0, 0, 0) on conflict do nothing;");
                }
            }
        }

        await bank.ExecuteAsync(sql.ToString());
    }

    private static List<DateOnly> Incomplete(Random random, DateOnly on, double share) =>
        [.. Enumerable.Range(0, 700).Select(d => on.AddDays(d - 699)).Where(_ => random.NextDouble() < share)];

    private static async Task<SortedDictionary<string, string>> ComputedAsync(TestBank bank, DateOnly on, List<DateOnly> incomplete)
    {
        await using var command = bank.DataSource.CreateCommand(
            $"{IdleVerdicts.Sql} select terminal_no, clock, last_activity_on, activity_source, due_on, incomplete_days from verdict where clock is not null");
        IdleVerdicts.Bind(command, on, incomplete);
        await using var reader = await command.ExecuteReaderAsync();
        var verdicts = new SortedDictionary<string, string>();
        while (await reader.ReadAsync())
        {
            verdicts.Add(
                reader.GetString(0),
                Told(reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetString(3), reader.GetFieldValue<DateOnly>(4), reader.GetInt32(5)));
        }

        return verdicts;
    }

    private async Task<SortedDictionary<string, string>> ByRuleAsync(TestBank bank, DateOnly on, HashSet<DateOnly> incomplete)
    {
        await using var command = bank.DataSource.CreateCommand(
            """
            select t.terminal_no, coalesce(f.spare, t.spare), t.known_activity_on, coalesce(f.installed_on, t.installed_on),
                   (select max(d) from (select transaction_date as d from day_volume v where v.terminal_id = t.terminal_id and transaction_date <= $1
                                        group by 1 having sum(sales) > 0) s),
                   (select max(valid_to) from terminal_binding b where b.terminal_id = t.terminal_id), f.clock_from
            from terminal t
            left join terminal_fact f on f.terminal_id = t.terminal_id
                 and f.valid_from = (select max(valid_from) from terminal_fact g where g.terminal_id = t.terminal_id and g.valid_from <= $1)
            """);
        command.Parameters.Add(new() { Value = on });
        await using var reader = await command.ExecuteReaderAsync();
        var verdicts = new SortedDictionary<string, string>();
        while (await reader.ReadAsync())
        {
            var history = new TerminalHistory(reader.GetBoolean(1), Date(reader, 4), Date(reader, 2), reader.GetFieldValue<DateOnly>(3))
            {
                // In force through the last second of the date in China.
                IsHeld = reader.GetDateTime(5) >= on.AddDays(1).ToDateTime(new TimeOnly(0, 0), DateTimeKind.Utc).AddHours(-8),
                ClockFrom = Date(reader, 6),
            };
            _inStock += history.IsHeld ? 0 : 1;
            if (IdleClock.Judge(history, incomplete, on) is { } v)
            {
                verdicts.Add(
                    reader.GetString(0),
                    Told(v.Clock.Code(), v.LastActivity.On, v.LastActivity.Source.ToString().ToLowerInvariant(), v.Due.On, v.Due.IncompleteDays));
            }
        }

        return verdicts;
    }

    private static DateOnly? Date(Npgsql.NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);

    private static string Told(string clock, DateOnly last, string source, DateOnly due, int days) => $"{clock} {last:O} {source} {due:O} +{days}";
}
