using System.Globalization;
using System.Text;

namespace Acquiring.Backend.Tests.IdlePolicies;

/// <summary>
/// A small bank that lives day by day: machines sell, move, come back to stock, become spares; files are late or never come; lines come late. What
/// happens is written into the tables as the product writes it and, in the same step, into the lists of the plain reading.
/// </summary>
internal sealed class VerdictSimulation(TestBank bank, NaiveVerdicts naive, int seed, int merchants, int terminals)
{
    private static readonly string[] s_branches = ["360700", "360701", "360702"];
    private static readonly string[] s_seasons = ["1", "2,3", "12-20..01-05"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _sql = new();
    private readonly Dictionary<string, DateOnly> _owedFrom = [];
    private readonly Dictionary<int, int> _levels = [];
    private readonly Dictionary<int, int> _versions = [];
    private readonly Dictionary<DateOnly, DateOnly> _missing = [];

    public List<int> Terminals { get; } = [];

    public List<int> Merchants { get; } = [];

    public static string No(int terminal) => $"{10_000_000 + terminal}";

    public async Task OpenAsync(DateOnly first)
    {
        await bank.ExecuteAsync("insert into branch (branch_code, name, parent_branch_code) values ('360700', 'r', null), ('360701', 'a', '360700'), ('360702', 'b', '360701')");
        for (var i = 1; i <= merchants; i++)
        {
            var id = await bank.MerchantAsync($"1023607{i:D8}");
            var branch = s_branches[_random.Next(3)];
            await bank.ExecuteAsync($"update merchant set branch_code = '{branch}' where merchant_id = {id}");
            naive.Branches.Add((id, branch, DateOnly.MinValue));
            Merchants.Add(id);
            _versions[id] = 1;
        }

        for (var i = 1; i <= terminals; i++)
        {
            var installed = first.AddDays(-_random.Next(1, 200));
            DateOnly? known = _random.Next(3) > 0 ? first.AddDays(-_random.Next(1, 30)) : null;
            // Some merchants have many machines, some one.
            var merchant = Merchants[_random.Next(_random.Next(2) == 0 ? 4 : merchants)];
            var spare = _random.Next(12) == 0;
            await AddAsync(i, merchant, installed, known, spare);
            naive.Holds.Add(new(i, merchant, DateOnly.MinValue));
        }
    }

    public async Task LiveAsync(DateOnly day)
    {
        _sql.Clear();
        People(day);
        Loans(day);
        Sell(day);
        Close(day);
        await bank.ExecuteAsync(_sql.ToString());
        if (_random.Next(6) == 0)
        {
            var (id, merchant) = (Terminals.Count + 1, Pick(Merchants));
            await AddAsync(id, merchant, day.AddDays(-_random.Next(0, 5)), null, false);
            naive.Holds.Add(new(id, merchant, DateOnly.MinValue));
        }
    }

    private async Task AddAsync(int id, int merchant, DateOnly installed, DateOnly? known, bool spare)
    {
        var given = await bank.TerminalAsync(No(id), merchant, $"{installed:yyyy-MM-dd}", known is { } k ? $"{k:yyyy-MM-dd}" : null, spare);
        given.ShouldBe(id);
        naive.Facts.Add(new(id, DateOnly.MinValue, spare, installed, null));
        if (known is { } on)
        {
            naive.Registry.Add((id, on, DateOnly.MinValue));
        }

        _levels[id] = _random.Next(4);
        Terminals.Add(id);
    }

    private void Sell(DateOnly day)
    {
        var sums = new Dictionary<(int, int, DateOnly), (int Sales, long Gross, long Commission)>();
        var isMissing = _random.Next(35) == 0;
        if (isMissing)
        {
            _missing[day] = day.AddDays(_random.Next(1, 40));
        }

        foreach (var id in Terminals)
        {
            if (_random.Next(80) == 0)
            {
                _levels[id] = _random.Next(4);
            }

            if (naive.Holds.FindLast(h => h.Terminal == id && h.To == DateOnly.MaxValue)?.Merchant is not { } merchant)
            {
                continue;
            }

            if (!isMissing && _levels[id] > 0 && _random.Next(_levels[id] switch { 1 => 25, 2 => 4, _ => 1 }) == 0)
            {
                Add(merchant, id, day, 1, _random.Next(1, 400), _random.Next(-2, 9));
            }

            // A line of an earlier date that comes with today's file; now and then a sale is taken back.
            if (_random.Next(150) == 0)
            {
                var takenBack = _random.Next(3) == 0;
                Add(merchant, id, day.AddDays(-(_random.Next(3) == 0 ? 1 : _random.Next(1, 50))), takenBack ? -1 : 1, _random.Next(1, 300) * (takenBack ? -1 : 1), _random.Next(-5, 5));
            }

            foreach (var (late, arrives) in _missing)
            {
                if (arrives == day && _random.Next(4) == 0)
                {
                    Add(merchant, id, late, 2, _random.Next(900), 5);
                }
            }
        }

        foreach (var ((merchant, id, on), sum) in sums)
        {
            naive.Sums.Add(new(merchant, id, on, day, sum.Sales, sum.Gross, sum.Commission));
            _sql.Append(
                CultureInfo.InvariantCulture,
                $"""
                insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen,
                                              refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                values ('{on:yyyy-MM-dd}', {merchant}, {id}, '{day:yyyy-MM-dd}', 1, {sum.Sales}, 1, 0, {sum.Gross}, 50, 0, {sum.Commission + 7}, 4, 3);

                """);
        }

        void Add(int merchant, int id, DateOnly on, int sales, long gross, long commission)
        {
            var before = sums.GetValueOrDefault((merchant, id, on));
            sums[(merchant, id, on)] = (before.Sales + sales, before.Gross + gross, before.Commission + commission);
        }
    }

    private void People(DateOnly day)
    {
        foreach (var id in Terminals)
        {
            var fact = naive.Facts.FindAll(f => f.Terminal == id).MaxBy(f => f.From)!;
            var hold = naive.Holds.FindLast(h => h.Terminal == id && h.To == DateOnly.MaxValue);
            switch (_random.Next(260))
            {
                case 0:
                    Note(fact with { From = day, Spare = !fact.Spare });
                    break;
                case 1 or 2 when hold is not null:
                    End(hold, day);
                    Hold(id, Pick(Merchants), day, fact);
                    break;
                case 3 when hold is not null:
                    End(hold, day);
                    break;
                case 4 or 5 or 6 or 7 or 8 or 9 or 10 when hold is null:
                    Hold(id, Pick(Merchants), day, fact);
                    break;
                case 11:
                    var known = day.AddDays(-_random.Next(0, 20));
                    naive.Registry.Add((id, known, day));
                    _sql.Append(CultureInfo.InvariantCulture, $"update terminal set known_activity_on = '{known:yyyy-MM-dd}' where terminal_id = {id};\n");
                    break;
            }
        }

        foreach (var id in Merchants)
        {
            switch (_random.Next(160))
            {
                case 0 or 1:
                    Confirm(id, day, "ruralBenefitPoint", _random.Next(3) == 0 ? "false" : "true");
                    break;
                case 2 or 3:
                    Confirm(id, day, "seasonal", s_seasons[_random.Next(3)]);
                    break;
                case 4:
                    Revoke(id, day);
                    break;
                case 5:
                    var branch = s_branches[_random.Next(3)];
                    naive.Branches.Add((id, branch, day));
                    _sql.Append(CultureInfo.InvariantCulture, $"update merchant set branch_code = '{branch}' where merchant_id = {id};\n");
                    break;
            }
        }
    }

    /// <summary>
    /// A list of the bank's loans: opens, closes, opens again or changes what is owed, as of its own date, which may be before nights that were
    /// done. What is known of a loan only grows: no list is older than the last that changed it.
    /// </summary>
    private void Loans(DateOnly day)
    {
        if (_random.Next(4) > 0)
        {
            return;
        }

        var asOf = day.AddDays(-(_random.Next(2) == 0 ? _random.Next(0, 3) : _random.Next(0, 30)));
        foreach (var loan in Enumerable.Range(1, merchants / 2).Where(_ => _random.Next(12) == 0))
        {
            // Some merchants have two.
            var (name, merchant) = ($"L-{loan:D3}", Merchants[loan * 7 % (merchants / 3)]);
            var last = naive.Loans.FindLast(l => l.Ref == name);
            if (last is null)
            {
                _sql.Append(CultureInfo.InvariantCulture, $"insert into loan (loan_ref, merchant_id) values ('{name}', {merchant});\n");
            }
            else if (asOf < _owedFrom[name])
            {
                continue;
            }

            var isOpen = last is null || !last.IsOpen || _random.Next(3) == 0;
            var act = last is null ? "open" : !last.IsOpen ? "reopen" : !isOpen ? "close" : asOf == _owedFrom[name] ? "correct" : "change";
            naive.Loans.Add(new(name, merchant, asOf, isOpen, day));
            _owedFrom[name] = asOf;
            _sql.Append(
                CultureInfo.InvariantCulture,
                $"""
                delete from loan_version v using loan l where l.loan_id = v.loan_id and l.loan_ref = '{name}' and v.valid_from = '{asOf:yyyy-MM-dd}';
                update loan_version v set valid_to = '{asOf:yyyy-MM-dd}' from loan l where l.loan_id = v.loan_id and l.loan_ref = '{name}' and v.valid_to = 'infinity';
                insert into loan_version (loan_id, valid_from, product, outstanding_fen, disbursed_on, share_per_ten_million)
                select loan_id, '{asOf:yyyy-MM-dd}', 'p', {_random.Next(1, 9_999)}, '2020-01-01', 0 from loan where loan_ref = '{name}' and {isOpen};
                update loan set version = version + 1 where loan_ref = '{name}';
                insert into loan_step (loan_id, version, act, as_of, details, actor, at)
                select loan_id, version, '{act}', '{asOf:yyyy-MM-dd}', '{"{}"}', 'test', now() from loan where loan_ref = '{name}';

                """);
        }
    }

    private void End(SimHold hold, DateOnly day)
    {
        hold.To = day;
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"update terminal_binding set valid_to = '{day:yyyy-MM-dd}T13:00:00+08' where terminal_id = {hold.Terminal} and valid_to = 'infinity';\n");
    }

    private void Hold(int id, int merchant, DateOnly day, SimFact fact)
    {
        naive.Holds.Add(new(id, merchant, day));
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"insert into terminal_binding (terminal_id, merchant_id, valid_from) values ({id}, {merchant}, '{day:yyyy-MM-dd}T14:00:00+08');\n");
        Note(fact with { From = day, Installed = day, ClockFrom = day });
    }

    private void Note(SimFact fact)
    {
        naive.Facts.RemoveAll(f => f.Terminal == fact.Terminal && f.From == fact.From);
        naive.Facts.Add(fact);
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            insert into terminal_fact (terminal_id, valid_from, spare, installed_on, clock_from)
            values ({fact.Terminal}, '{fact.From:yyyy-MM-dd}', {fact.Spare}, '{fact.Installed:yyyy-MM-dd}', {(fact.ClockFrom is { } c ? $"'{c:yyyy-MM-dd}'" : "null")})
            on conflict (terminal_id, valid_from) do update set spare = excluded.spare, installed_on = excluded.installed_on, clock_from = excluded.clock_from;

            """);
    }

    private void Confirm(int id, DateOnly day, string attribute, string value)
    {
        var from = day.AddDays(_random.Next(-40, 20));
        var to = _random.Next(2) == 0 ? from.AddDays(_random.Next(1, 90)) : DateOnly.MaxValue;
        if (naive.Evidence.Exists(a => a.Merchant == id && a.Attribute == attribute && a.EndedOn == DateOnly.MaxValue && a.To > from && a.From < to))
        {
            return;
        }

        var no = ++_versions[id];
        naive.Evidence.Add(new(id, no, attribute, value, from, to, day));
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            {Step(id, no)}
            insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, valid_to, confirmed_by, confirmed_at)
            values ({id}, {no}, '{attribute}', '{value}', 'test', '{from:yyyy-MM-dd}', {(to == DateOnly.MaxValue ? "'infinity'" : $"'{to:yyyy-MM-dd}'")}, 'test', now());

            """);
    }

    private void Revoke(int id, DateOnly day)
    {
        if (naive.Evidence.FindLast(a => a.Merchant == id && a.EndedOn == DateOnly.MaxValue) is { } present)
        {
            present.EndedOn = day;
            var no = ++_versions[id];
            _sql.Append(
                CultureInfo.InvariantCulture,
                $"{Step(id, no)} update merchant_attribute set ended_in = {no} where merchant_id = {id} and attribute_no = {present.No};\n");
        }
    }

    private void Close(DateOnly day)
    {
        var incomplete = _missing.Where(m => m.Value > day).Select(m => m.Key).ToHashSet();
        naive.Closes.Add(day, incomplete);
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            select fold_day_volumes();
            select refresh_activity((select window_from from activity_refresh), now());
            insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings)
            values ('{day:yyyy-MM-dd}', now(), true, false, array[{string.Join(',', incomplete.Select(d => $"'{d:yyyy-MM-dd}'"))}]::date[], 0);

            """);
    }

    private static string Step(int id, int no) =>
        $"insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at) values ({id}, {no}, 'test', 'active', 'active', 'test', 'test', now());";

    private T Pick<T>(List<T> of) => of[_random.Next(of.Count)];
}
