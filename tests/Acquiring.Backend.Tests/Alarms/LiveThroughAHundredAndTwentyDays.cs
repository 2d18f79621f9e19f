using System.Globalization;
using System.Text;
using Acquiring.Backend.Alarms.Run;
using Acquiring.Backend.Books;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Alarms;

/// <summary>
/// Shops borrow, sell, fall quiet, come back; files are late; cases open and are decided. Each night a plain second reading, from lists in memory,
/// says which alarms stand; the engine must have the same, with the same dates.
/// </summary>
public sealed class LiveThroughAHundredAndTwentyDays(TestCluster cluster, ITestOutputHelper output)
{
    private const int Seed = 20280101;
    private const int Merchants = 30;
    private const int Days = 270;

    /// <summary>Weeks of history come before the nights; the nights go over the leap day of 2028.</summary>
    private const int HistoryDays = 150;

    private static readonly DateOnly s_first = new(2027, 8, 15);
    private static readonly HashSet<DateOnly> s_skipped = [new(2028, 1, 16), new(2028, 2, 3), new(2028, 2, 4)];

    private readonly Random _random = new(Seed);
    private readonly List<(int Merchant, DateOnly On, DateOnly Business, int Sales, long Net, long Margin)> _sums = [];
    private readonly List<(int Merchant, DateOnly From, DateOnly To, DateOnly Disbursed)> _loans = [];
    private readonly List<(int Case, DateOnly Seen, DateOnly Decided)> _cases = [];
    private readonly Dictionary<DateOnly, DateOnly> _late = [];
    private readonly Dictionary<(string Kind, int Of), (int Level, DateOnly Raised)> _open = [];
    private readonly List<string> _ended = [];
    private DateOnly? _lastNight;

    [Fact]
    public async Task Every_night_leaves_the_alarms_that_a_plain_reading_gives()
    {
        output.WriteLine($"seed {Seed}");
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync("alter table binding_case alter binding_case_id restart with 1; alter table loan alter loan_id restart with 1");
        for (var i = 1; i <= Merchants; i++)
        {
            await bank.TerminalAsync($"{10_000_000 + i}", await bank.MerchantAsync($"1023607{i:D8}"));
        }

        var run = new RunAlarms(bank.DataSource, bank.Clock);
        var levels = Enumerable.Range(0, Merchants + 1).Select(_ => _random.Next(1, 5)).ToArray();
        for (var day = s_first; day < s_first.AddDays(Days); day = day.AddDays(1))
        {
            await bank.ExecuteAsync(Live(day, levels));
            if (day < s_first.AddDays(HistoryDays) || s_skipped.Contains(day))
            {
                continue;
            }

            var dry = await run.RunAsync(day, dryRun: true, TestContext.Current.CancellationToken);
            var done = await run.RunAsync(day, dryRun: false, TestContext.Current.CancellationToken);
            dry.Value.Acts.ShouldBe(done.Value.Acts);
            (await run.RunAsync(day, dryRun: false, TestContext.Current.CancellationToken)).Value.Acts.ShouldBeEmpty();
            Judge(day);
            (await OpenAsync(bank)).ShouldBe(_open.Select(a => $"{a.Key.Kind} {a.Key.Of} {a.Value.Level} {a.Value.Raised:yyyy-MM-dd}").Order(StringComparer.Ordinal), ignoreOrder: false, $"{day}");
        }

        (await RowsAsync(bank,
            """
            select concat_ws(' ', kind, coalesce(binding_case_id, merchant_id), raised_on, ended_on, end_reason)
            from alarm where ended_on is not null
            """)).ShouldBe(_ended.Order(StringComparer.Ordinal));
        output.WriteLine(await bank.ScalarAsync<string>(
            "select string_agg(act || ' ' || n, ', ' order by act) from (select kind || ' ' || act as act, count(*) n from alarm_step join alarm using (alarm_id) group by 1) s"));
        (await bank.ScalarAsync<long>("select count(distinct kind) from alarm where ended_on is not null")).ShouldBe(4);
        (await bank.ScalarAsync<long>("select count(distinct act) from alarm_step")).ShouldBe(4);
        (await bank.ScalarAsync<long>("select count(*) from alarm_step")).ShouldBe(await bank.ScalarAsync<long>("select count(*) from outbox_event where type like 'alarm.%'"));
        (await bank.ScalarAsync<bool>("select count(distinct end_reason) = 5 from alarm")).ShouldBeTrue();
        bank.Clock.Advance(s_first.AddDays(Days).ToDateTime(new(12, 0)) - bank.Clock.GetUtcNow().UtcDateTime);
        await EachNumberOpensItsEvidenceAsync(bank);
        var books = new BookChecks(bank.DataSource, bank.Clock);
        (await books.RunAsync("books.alarms", TestContext.Current.CancellationToken)).Misses.ShouldBeEmpty();
        await bank.ExecuteAsync("update alarm set level = level % 3 + 1 where alarm_id = (select max(alarm_id) from alarm where kind = 'loanQuiet' and ended_on is null)");
        (await books.RunAsync("books.alarms", TestContext.Current.CancellationToken)).Misses.Select(m => m.Code).ShouldBe(["books.alarms.steps", "books.alarms.quiet"]);
    }

    private static async Task EachNumberOpensItsEvidenceAsync(TestBank bank)
    {
        await using var api = await TestApi.StartAsync(bank);
        foreach (var kind in (string[])["loanQuiet", "volumeFall", "bindingDisagrees", "negativeMargin"])
        {
            var alarm = (await api.GetAsync($"alarms?kind={kind}&limit=1")).Items.ShouldHaveSingleItem();
            var evidence = alarm["evidence"]!.AsArray();
            alarm["numbers"]!.AsObject().Select(n => n.Key).Where(n => !evidence.Any(e => $"{e!["of"]}".Split(',').Contains(n)))
                .Except(["from", "to", "baseFrom", "fallPercent", "terminalNo"]).ShouldBeEmpty();
            foreach (var href in evidence.Select(e => $"{e!["href"]}"))
            {
                var rows = await api.GetAsync(href["/api/v1/".Length..]);
                rows.Status.ShouldBe(200, href);
            }
        }
    }

    private string Live(DateOnly day, int[] levels)
    {
        var sql = new StringBuilder();
        if (_random.Next(25) == 0)
        {
            _late[day] = day.AddDays(_random.Next(2, 40));
        }

        for (var m = 1; m <= Merchants; m++)
        {
            if (_random.Next(45) == 0)
            {
                levels[m] = _random.Next(0, 5);
            }

            if (levels[m] > 0 && _random.Next(5) < levels[m] + 1 && !_late.ContainsKey(day))
            {
                Sell(sql, m, day, day, 1, 60_000 * levels[m] * levels[m], _random.Next(-400, 900) - (m % 3 == 0 ? 300 : 0));
            }

            // A line of an earlier date that comes with today's file; now and then the whole of a sale is taken back.
            if (_random.Next(60) == 0 && _sums.FindLast(s => s.Merchant == m) is { Sales: > 0 } last && last.Business < day)
            {
                Sell(sql, m, last.On, day, -last.Sales, -last.Net, -last.Margin);
            }

            foreach (var (late, arrives) in _late)
            {
                if (arrives == day && _random.Next(2) > 0)
                {
                    Sell(sql, m, late, day, 1, 50_000, 10);
                }
            }

            Lend(sql, m, day);
        }

        Cases(sql, day);
        var incomplete = _late.Where(l => l.Key <= day && l.Value > day).Select(l => $"'{l.Key:yyyy-MM-dd}'");
        sql.Append(CultureInfo.InvariantCulture,
            $"""
            insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings)
            values ('{day:yyyy-MM-dd}', now(), true, false, array[{string.Join(',', incomplete)}]::date[], 0);
            """);
        return sql.ToString();
    }

    private void Sell(StringBuilder sql, int m, DateOnly on, DateOnly business, int sales, long net, long margin)
    {
        if (_sums.Exists(s => s.Merchant == m && s.On == on && s.Business == business))
        {
            return;
        }

        _sums.Add((m, on, business, sales, net, margin));
        sql.Append(CultureInfo.InvariantCulture,
            $"""
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                    reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            values ('{on:yyyy-MM-dd}', {m}, {m}, '{business:yyyy-MM-dd}', 1, {sales}, 0, 0, {net + 70}, 70, 0, {margin + 9}, 5, 4);

            """);
    }

    private void Lend(StringBuilder sql, int m, DateOnly day)
    {
        var live = _loans.FindIndex(l => l.Merchant == m && l.To == DateOnly.MaxValue);
        if (live < 0 && _random.Next(60) == 0)
        {
            var disbursed = day.AddDays(-_random.Next(0, 12));
            _loans.Add((m, day, DateOnly.MaxValue, disbursed));
            sql.Append(CultureInfo.InvariantCulture,
                $"""
                insert into loan (loan_ref, merchant_id) values ('L-{_loans.Count}', {m});
                insert into loan_version (loan_id, valid_from, product, outstanding_fen, disbursed_on, share_per_ten_million)
                values ({_loans.Count}, '{day:yyyy-MM-dd}', 'test', 100000, '{disbursed:yyyy-MM-dd}', 1000000);

                """);
        }
        else if (live >= 0 && _random.Next(70) == 0 && _loans[live].From < day)
        {
            _loans[live] = _loans[live] with { To = day };
            sql.Append(CultureInfo.InvariantCulture, $"update loan_version set valid_to = '{day:yyyy-MM-dd}' where loan_id = {live + 1};\n");
        }
    }

    private void Cases(StringBuilder sql, DateOnly day)
    {
        if (_random.Next(12) == 0 && _cases.Count < Merchants)
        {
            var seen = day.AddDays(-_random.Next(0, 3));
            _cases.Add((_cases.Count + 1, seen, DateOnly.MaxValue));
            // 23:30 on the local date is 15:30 UTC.
            sql.Append(CultureInfo.InvariantCulture,
                $"""
                insert into binding_case (terminal_id, kind, merchant_no, first_seen, last_seen, transactions, transaction_keys)
                values ({_cases.Count}, 'boundToNobody', '1023607{_cases.Count:D8}', '{seen:yyyy-MM-dd}T15:30:00Z', '{seen:yyyy-MM-dd}T15:30:00Z', 1, '{"{}"}');

                """);
        }

        if (_random.Next(15) == 0 && _cases.FindIndex(c => c.Decided == DateOnly.MaxValue) is >= 0 and var open)
        {
            _cases[open] = _cases[open] with { Decided = day };
            sql.Append(CultureInfo.InvariantCulture,
                $"""
                update binding_case set state = 'closed', why = 'test', decided_by = 'test', decided_at = '{day:yyyy-MM-dd}T10:00:00Z', version = 2
                where binding_case_id = {open + 1};

                """);
        }
    }

    private void Judge(DateOnly day)
    {
        bool Incomplete(DateOnly d) => _late.TryGetValue(d, out var arrives) && arrives > day;
        var known = _sums.Where(s => s.Business <= day && s.On <= day).ToList();
        for (var m = 1; m <= Merchants; m++)
        {
            var loans = _loans.Where(l => l.Merchant == m && l.From <= day && l.To > day).ToList();
            var quiet = 0;
            if (loans.Count > 0)
            {
                var sold = known.Where(s => s.Merchant == m).GroupBy(s => s.On).Where(g => g.Sum(s => s.Sales) > 0).Select(g => g.Key).DefaultIfEmpty(DateOnly.MinValue).Max();
                var since = sold > loans.Min(l => l.Disbursed) ? sold : loans.Min(l => l.Disbursed);
                for (var d = since.AddDays(1); d <= day; d = d.AddDays(1))
                {
                    quiet += Incomplete(d) ? 0 : 1;
                }
            }

            Stand("loanQuiet", m, quiet >= 30 ? 3 : quiet >= 15 ? 2 : quiet >= 7 ? 1 : 0, day, loans.Count > 0 ? "activeAgain" : "loanClosed");
        }

        var sunday = day;
        while (sunday.DayOfWeek != DayOfWeek.Sunday)
        {
            sunday = sunday.AddDays(-1);
        }

        if (_lastNight is null || _lastNight < sunday)
        {
            Weeks(day, sunday, known, Incomplete);
        }

        foreach (var (no, seen, decided) in _cases)
        {
            Stand("bindingDisagrees", no, seen <= day && decided > day ? 2 : 0, day, "caseDecided");
        }

        _lastNight = day;
    }

    private void Weeks(
        DateOnly day, DateOnly sunday, List<(int Merchant, DateOnly On, DateOnly Business, int Sales, long Net, long Margin)> known, Func<DateOnly, bool> incomplete)
    {
        bool Counts(DateOnly d) => d >= s_first && d <= day && !incomplete(d);
        var now = Enumerable.Range(0, 28).Select(i => sunday.AddDays(-i)).Where(Counts).ToHashSet();
        var before = Enumerable.Range(28, 84).Select(i => sunday.AddDays(-i)).Where(Counts).ToHashSet();
        for (var m = 1; m <= Merchants; m++)
        {
            var net = known.Where(s => s.Merchant == m && now.Contains(s.On)).Sum(s => (decimal)s.Net);
            var baseNet = known.Where(s => s.Merchant == m && before.Contains(s.On)).Sum(s => (decimal)s.Net);
            var margin = known.Where(s => s.Merchant == m && now.Contains(s.On)).Sum(s => s.Margin);
            if (now.Count >= 21 && before.Count >= 63)
            {
                var isBig = baseNet > 0 && baseNet * 7 >= 500_000m * before.Count;
                var left = net * before.Count;
                Stand("volumeFall", m, !isBig ? 0 : left <= baseNet * now.Count / 5 ? 3 : left <= baseNet * now.Count / 2 ? 2 : 0, day, "volumeBack");
            }

            if (now.Count >= 21)
            {
                Stand("negativeMargin", m, margin <= -100 ? 2 : 0, day, "marginBack");
            }
        }
    }

    private void Stand(string kind, int of, int level, DateOnly day, string why)
    {
        if (level > 0)
        {
            _open[(kind, of)] = (level, _open.TryGetValue((kind, of), out var before) ? before.Raised : day);
        }
        else if (_open.Remove((kind, of), out var ended))
        {
            _ended.Add($"{kind} {of} {ended.Raised:yyyy-MM-dd} {day:yyyy-MM-dd} {why}");
        }
    }

    private static Task<IReadOnlyList<string>> OpenAsync(TestBank bank) => RowsAsync(
        bank, "select concat_ws(' ', kind, coalesce(binding_case_id, merchant_id), level, raised_on) from alarm where ended_on is null");

    private static async Task<IReadOnlyList<string>> RowsAsync(TestBank bank, string sql)
    {
        var rows = new List<string>();
        await using var command = bank.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
