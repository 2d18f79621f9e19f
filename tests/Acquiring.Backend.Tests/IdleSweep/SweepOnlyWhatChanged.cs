using System.Globalization;
using System.Text;
using Acquiring.Backend.Days;
using Acquiring.Backend.Days.Close;
using Acquiring.Backend.IdleSweep;
using Acquiring.Core.Idle;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdleSweep;

/// <summary>
/// A bank lives through 400 days over a year's end and a leap day. Each close judges only what can have changed; a sweep of all terminals right
/// after it must find nothing left to write, and Core's plain walk, from the rows themselves, must give each terminal the same standing.
/// </summary>
public sealed class SweepOnlyWhatChanged(TestCluster cluster, ITestOutputHelper output)
{
    private const int Seed = 20261123;
    private const int Days = 400;
    private const int Terminals = 60;
    private static readonly DateOnly s_first = new(2027, 10, 15);

    private readonly Random _random = new(Seed);
    private readonly StringBuilder _sql = new();
    private readonly Dictionary<DateOnly, DateOnly> _late = [];
    private readonly Dictionary<int, DateOnly> _quietUntil = [];

    [Fact]
    public async Task After_each_close_of_four_hundred_a_sweep_of_all_finds_nothing()
    {
        output.WriteLine($"seed {Seed}");
        await using var bank = await TestBank.OpenAsync(cluster);
        await OpenAsync(bank);
        bank.Clock.Advance(TimeSpan.FromDays(1000));
        var close = new CloseDay(bank.DataSource, bank.Clock, bank.Changes);
        var (judged, behind) = (0L, 0);
        for (var day = s_first; day < s_first.AddDays(Days); day = day.AddDays(1))
        {
            _sql.Clear();
            Live(day);
            await bank.ExecuteAsync($"{_sql} select 1");
            // Now and then a date waits, and its morrow's file is read before it is closed.
            if (_random.Next(6) == 0)
            {
                behind++;
                continue;
            }

            (await close.RunAsync(day, insist: true, "test", TestContext.Current.CancellationToken)).Refusal.ShouldBeNull();
            await NothingShouldBeLeftAsync(bank, day);
            judged += await StandingsShouldAgreeAsync(bank, day);
        }

        output.WriteLine($"{judged} idle standings compared, {behind} dates caught up, " + await bank.ScalarAsync<string>(
            "select string_agg(verdict || ' ' || n, ', ' order by verdict) from (select verdict, count(*) n from idle_finding group by 1) f"));
        judged.ShouldBeGreaterThan(2_000);
        foreach (var verdict in (string[])["3m", "12m", "cleared"])
        {
            (await bank.ScalarAsync<long>($"select count(*) from idle_finding where verdict = '{verdict}'")).ShouldBeGreaterThan(5, verdict);
        }
    }

    private async Task OpenAsync(TestBank bank)
    {
        await bank.MerchantAsync("102360758120001");
        await bank.MerchantAsync("102360758120002");
        for (var t = 1; t <= Terminals; t++)
        {
            var installed = s_first.AddDays(-_random.Next(900));
            await bank.TerminalAsync(
                $"{10_000_000 + t}", 1 + (t % 2), $"{installed:yyyy-MM-dd}", _random.Next(2) == 0 ? null : $"{s_first.AddDays(-_random.Next(500)):yyyy-MM-dd}",
                spare: _random.Next(12) == 0);
        }
    }

    private void Live(DateOnly day)
    {
        var isLate = _random.Next(20) == 0;
        if (isLate)
        {
            _late[day] = day.AddDays(_random.Next(1, 300));
        }
        else
        {
            File(day);
        }

        foreach (var (late, arrives) in _late.Where(l => l.Value == day).ToList())
        {
            File(late);
            _late.Remove(late);
            for (var t = 1; t <= Terminals; t += 7)
            {
                Sell(t, late, day, 1);
            }
        }

        for (var t = 1; t <= Terminals; t++)
        {
            if (!_quietUntil.TryGetValue(t, out var until) || until < day)
            {
                _quietUntil[t] = _random.Next(25) == 0 ? day.AddDays(_random.Next(60, 450)) : default;
                if (_random.Next(3) == 0 && _quietUntil[t] == default)
                {
                    Sell(t, day, day, 1);
                }
            }

            switch (_random.Next(400))
            {
                case 0:
                    Sell(t, day.AddDays(-_random.Next(1, 200)), day, 1);
                    break;
                case 1:
                    TakeBack(t, day);
                    break;
                case 2:
                    Fact(t, day.AddDays(_random.Next(4)), $"{(_random.Next(2) == 0 ? "true" : "false")}", clockFrom: null, when: "true");
                    break;
                case 3:
                    Return(t, day.AddDays(_random.Next(5)));
                    break;
                case >= 9 and <= 20:
                    Bind(t, day.AddDays(_random.Next(3)));
                    _quietUntil[t] = _random.Next(8) == 0 ? day.AddDays(200) : _quietUntil[t];
                    break;
                case 6:
                    _sql.AppendLine($"update terminal set known_activity_on = '{day.AddDays(-_random.Next(300)):yyyy-MM-dd}' where terminal_id = {t};");
                    break;
            }
        }
    }

    private void File(DateOnly day) => _sql.AppendLine(
        $"""
        insert into clearing_file (channel, file_name, business_date, format, state, content_sha256, started_at, ended_at)
        values ('default', 'ZM_{day:yyyyMMdd}.txt', '{day:yyyy-MM-dd}', 'zm', 'complete', '', '{TestBank.AnyTime}', '{TestBank.AnyTime}');
        """);

    private void Sell(int terminal, DateOnly on, DateOnly businessDate, int sales) => _sql.AppendLine(
        CultureInfo.InvariantCulture,
        $"""
        insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                      gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        values ('{on:yyyy-MM-dd}', {1 + (terminal % 2)}, {terminal}, '{businessDate:yyyy-MM-dd}', 1, {sales}, 0, 0, {sales * 500}, 0, 0, 0, 0, 0);
        """);

    /// <summary>One of the last sales of the machine that stand; what is taken back is folded first, as a withdrawal does.</summary>
    private void TakeBack(int terminal, DateOnly day) => _sql.AppendLine(
        $"""
        select fold_day_volumes();
        insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                      gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        select transaction_date, {1 + (terminal % 2)}, {terminal}, '{day:yyyy-MM-dd}', 1, -sum(sales), 0, 0, -sum(sales) * 500, 0, 0, 0, 0, 0
        from day_volume where terminal_id = {terminal} group by transaction_date having sum(sales) > 0 order by transaction_date desc offset {_random.Next(3)} limit 1;
        select fold_day_volumes();
        """);

    private void Fact(int terminal, DateOnly from, string spare, DateOnly? clockFrom, string when) => _sql.AppendLine(
        $"""
        insert into terminal_fact (terminal_id, valid_from, spare, installed_on)
        select terminal_id, '-infinity', spare, installed_on from terminal where terminal_id = {terminal}
        on conflict do nothing;
        insert into terminal_fact (terminal_id, valid_from, spare, installed_on, clock_from)
        select terminal_id, '{from:yyyy-MM-dd}', {spare}, {(clockFrom is { } c ? $"'{c:yyyy-MM-dd}'" : "installed_on")}, {(clockFrom is { } d ? $"'{d:yyyy-MM-dd}'" : "clock_from")}
        from terminal_fact where terminal_id = {terminal} and valid_from <= '{from:yyyy-MM-dd}' and {when} order by valid_from desc limit 1
        on conflict on constraint terminal_fact_pk do update set spare = excluded.spare, installed_on = excluded.installed_on, clock_from = excluded.clock_from;
        """);

    private void Return(int terminal, DateOnly on) => _sql.AppendLine(
        $"update terminal_binding set valid_to = '{on:yyyy-MM-dd}T06:00:00Z' where terminal_id = {terminal} and valid_to = 'infinity' and valid_from < '{on:yyyy-MM-dd}T06:00:00Z';");

    private void Bind(int terminal, DateOnly on)
    {
        _sql.AppendLine(
            $"""
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select {terminal}, {1 + (terminal % 2)}, '{on:yyyy-MM-dd}T07:00:00Z'
            where not exists (select from terminal_binding where terminal_id = {terminal} and valid_to > '{on:yyyy-MM-dd}T07:00:00Z');
            """);
        Fact(
            terminal, on, "false", on,
            when: $"exists (select from terminal_binding b where b.terminal_id = {terminal} and b.valid_from = '{on:yyyy-MM-dd}T07:00:00Z')");
    }

    private static async Task NothingShouldBeLeftAsync(TestBank bank, DateOnly day)
    {
        await using var connection = await bank.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var files = await FileCalendarStore.LoadAsync(connection, default);
        await using (var command = connection.CreateCommand())
        {
            // So that a second finding of the date, were there one, is counted and not refused.
            command.CommandText = "alter table idle_finding drop constraint idle_finding_one_a_date; create index on idle_finding (terminal_id, judged_on)";
            await command.ExecuteNonQueryAsync();
        }

        var written = await Sweep.RecordAllAsync(connection, day, files.IncompleteThrough(day), DateTime.UnixEpoch, default);
        written.ShouldBe(0, $"{day:yyyy-MM-dd}");
    }

    private static async Task<int> StandingsShouldAgreeAsync(TestBank bank, DateOnly day)
    {
        await using var connection = await bank.DataSource.OpenConnectionAsync();
        var incomplete = (await FileCalendarStore.LoadAsync(connection, default)).IncompleteThrough(day).ToHashSet();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            select t.terminal_id, t.known_activity_on, coalesce(f.spare, t.spare), coalesce(f.installed_on, t.installed_on), f.clock_from,
                   (select max(d) from (select transaction_date as d from day_volume v where v.terminal_id = t.terminal_id and transaction_date <= $1
                                        group by 1 having sum(sales) > 0) s) as sale,
                   exists (select from terminal_binding b where b.terminal_id = t.terminal_id and b.valid_from < $2 and b.valid_to >= $2) as held,
                   coalesce((select verdict || ' ' || last_activity_on || ' ' || due_on || ' +' || incomplete_days from idle_finding i
                             where i.terminal_id = t.terminal_id order by judged_on desc limit 1), 'cleared') as standing
            from terminal t
            left join lateral (select * from terminal_fact x where x.terminal_id = t.terminal_id and x.valid_from <= $1 order by x.valid_from desc limit 1) f on true
            """;
        command.Parameters.Add(new() { Value = day });
        command.Parameters.Add(new() { Value = new DateTime(day.AddDays(1), TimeOnly.MinValue, DateTimeKind.Utc).AddHours(-8) });
        await using var reader = await command.ExecuteReaderAsync();
        var idle = 0;
        while (await reader.ReadAsync())
        {
            var history = new TerminalHistory(reader.GetBoolean(2), Date(5), Date(1), reader.GetFieldValue<DateOnly>(3))
            {
                IsHeld = reader.GetBoolean(6),
                ClockFrom = Date(4),
            };
            var expected = IdleClock.Judge(history, incomplete, day) is { } v
                ? $"{v.Clock.Code()} {v.LastActivity.On:yyyy-MM-dd} {v.Due.On:yyyy-MM-dd} +{v.Due.IncompleteDays}"
                : "cleared";
            var standing = reader.GetString(7);
            (standing.StartsWith("cleared", StringComparison.Ordinal) ? "cleared" : standing).ShouldBe(expected, $"terminal {reader.GetInt32(0)} on {day:yyyy-MM-dd}");
            idle += expected == "cleared" ? 0 : 1;
        }

        return idle;

        DateOnly? Date(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
    }
}
