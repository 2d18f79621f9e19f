using System.Globalization;
using System.Text;

namespace Acquiring.Backend.Tests.Tiers;

/// <summary>
/// A small bank that lives day by day: shops sell, files are late or never come, people confirm, correct and revoke, some of it for other
/// dates. What happens is written into the tables and, in the same step, into the lists of the plain reading.
/// </summary>
internal sealed class TierSimulation(TestBank bank, NaiveTiers naive, int seed, int merchants)
{
    private static readonly string[] s_mccs = ["7011", "5411", "5331", "5812", "5814", "5511", "6513", "8062", "5732", "7832"];
    private static readonly string[] s_townships = ["", "九堡镇", "沙河镇", "水东镇"];
    private static readonly string[] s_flags = ["large", "chain", "salesFloor", "authorised4S", "cafe"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _sql = new();
    private readonly Dictionary<int, int> _versions = [];
    private readonly Dictionary<int, int> _levels = [];
    private readonly Dictionary<DateOnly, DateOnly> _missing = [];

    public IReadOnlyList<int> Merchants { get; private set; } = [];

    public static string No(int merchant) => $"1023607{merchant:D8}";

    public async Task OpenAsync()
    {
        var ids = new List<int>();
        for (var i = 1; i <= merchants; i++)
        {
            var id = await bank.MerchantAsync(No(i));
            await bank.TerminalAsync($"{10_000_000 + i}", id);
            var (mcc, township) = (Pick(s_mccs), Pick(s_townships));
            await bank.ExecuteAsync($"update merchant set mcc = '{mcc}', township = '{township}' where merchant_id = {id}");
            naive.Mccs.Add(new(id, mcc, DateOnly.MinValue, DateOnly.MinValue));
            naive.Townships.Add(new(id, township, DateOnly.MinValue));
            (_versions[id], _levels[id]) = (1, _random.Next(4));
            ids.Add(id);
        }

        await bank.ExecuteAsync(
            """
            insert into merchant_group (group_code, kind, name, changed_at)
            values ('list', 'named', 'list', now()), ('chain', 'chain', 'chain', now()), ('vip', 'market', 'vip', now())
            """);
        Merchants = ids;
    }

    public async Task LiveAsync(DateOnly day)
    {
        _sql.Clear();
        Sell(day);
        People(day);
        Close(day);
        await bank.ExecuteAsync(_sql.ToString());
    }

    private void Sell(DateOnly day)
    {
        var sums = new Dictionary<(int, DateOnly), (int Sales, long Net, long Commission)>();
        var isMissing = _random.Next(30) == 0;
        if (isMissing)
        {
            _missing[day] = day.AddDays(_random.Next(2, 45));
        }

        foreach (var id in Merchants)
        {
            if (_random.Next(90) == 0)
            {
                _levels[id] = _random.Next(4);
            }

            var holiday = day is { Month: 10, Day: <= 7 } or { Month: 1, Day: 1 } && id % 3 > 0;
            if (!holiday && _random.Next(4) < _levels[id] + 1 && (!isMissing || id % 5 == 0))
            {
                Add(id, day, 1, (_levels[id] * 300) + _random.Next(200), _random.Next(-2, 9));
            }

            // A line of an earlier date that comes with today's file; now and then the whole of a sale is taken back.
            if (_random.Next(40) == 0)
            {
                Add(id, day.AddDays(-_random.Next(1, 60)), _random.Next(3) == 0 ? -1 : 1, _random.Next(-400, 400), _random.Next(-5, 5));
            }

            foreach (var (late, arrives) in _missing)
            {
                if (arrives == day && _random.Next(3) > 0)
                {
                    Add(id, late, 2, _random.Next(900), 5);
                }
            }
        }

        foreach (var ((id, on), sum) in sums)
        {
            naive.Sums.Add(new(id, on, day, sum.Sales, sum.Net, sum.Commission));
            _sql.Append(
                CultureInfo.InvariantCulture,
                $"""
                insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen,
                                        refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                values ('{on:yyyy-MM-dd}', {id}, {id}, '{day:yyyy-MM-dd}', 1, {sum.Sales}, 0, 0, {sum.Net + 50}, 50, 0, {sum.Commission + 7}, 4, 3);
                insert into activity_delta (transaction_date, merchant_id, terminal_id, sales, net_fen)
                values ('{on:yyyy-MM-dd}', {id}, {id}, {sum.Sales}, {sum.Net});

                """);
        }

        void Add(int id, DateOnly on, int sales, long net, long commission)
        {
            var before = sums.GetValueOrDefault((id, on));
            sums[(id, on)] = (before.Sales + sales, before.Net + net, before.Commission + commission);
        }
    }

    private void People(DateOnly day)
    {
        foreach (var id in Merchants)
        {
            switch (_random.Next(70))
            {
                case 0:
                    Confirm(id, day, "starRating", $"{_random.Next(1, 6)}");
                    break;
                case 1 or 2:
                    Confirm(id, day, Pick(s_flags), _random.Next(4) == 0 ? "false" : "true");
                    break;
                case 3:
                    Confirm(id, day, _random.Next(2) == 0 ? "townshipOnKeyList" : "realEstateProject", "name");
                    break;
                case 4:
                    End(id, day);
                    break;
                case 5:
                    ChangeMcc(id, day);
                    break;
                case 6:
                    var township = Pick(s_townships);
                    naive.Townships.Add(new(id, township, day));
                    _sql.Append(CultureInfo.InvariantCulture, $"update merchant set township = '{township}' where merchant_id = {id};\n");
                    break;
                case 7:
                    Join(id, day);
                    break;
                case 8:
                    Leave(id, day);
                    break;
            }
        }
    }

    private void Confirm(int id, DateOnly day, string attribute, string value)
    {
        var from = day.AddDays(_random.Next(-40, 30));
        var to = _random.Next(3) == 0 ? from.AddDays(_random.Next(1, 200)) : DateOnly.MaxValue;
        if (!naive.Attributes.Exists(a => a.Merchant == id && a.Attribute == attribute && a.EndedOn == DateOnly.MaxValue && a.To > from && a.From < to))
        {
            Write(new(id, NextVersion(id), attribute, value, from, to, day));
        }
    }

    private void End(int id, DateOnly day)
    {
        if (naive.Attributes.FindLast(a => a.Merchant == id && a.EndedOn == DateOnly.MaxValue) is not { } present)
        {
            return;
        }

        var no = NextVersion(id);
        present.EndedOn = day;
        _sql.Append(CultureInfo.InvariantCulture, $"{Step(id, no)} update merchant_attribute set ended_in = {no} where merchant_id = {id} and attribute_no = {present.No};\n");
        var end = day.AddDays(_random.Next(-20, 20));
        if (end > present.From && end < present.To)
        {
            Write(new(id, no, present.Attribute, present.Value, present.From, end, day), hasStep: true);
        }
    }

    private void Write(SimAttribute a, bool hasStep = false)
    {
        naive.Attributes.Add(a);
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            {(hasStep ? "" : Step(a.Merchant, a.No))}
            insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, valid_to, confirmed_by, confirmed_at)
            values ({a.Merchant}, {a.No}, '{a.Attribute}', '{a.Value}', 'test', '{a.From:yyyy-MM-dd}', {Date(a.To)}, 'test', now());

            """);
    }

    private void ChangeMcc(int id, DateOnly day)
    {
        var (no, mcc, from) = (NextVersion(id), Pick(s_mccs), day.AddDays(_random.Next(1, 10)));
        var before = naive.Mccs.Last(m => m.Merchant == id).Mcc;
        naive.Mccs.Add(new(id, mcc, from, day));
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            update merchant set mcc = '{mcc}' where merchant_id = {id};
            insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
            values ({id}, {no}, '{from:yyyy-MM-dd}', '{mcc}', '{before}', 'test', 'test', 'act', 'test', now());

            """);
    }

    private void Join(int id, DateOnly day)
    {
        var group = _random.Next(3) switch { 0 => "list", 1 => "chain", _ => "vip" };
        if (naive.Members.Exists(m => m.Merchant == id && m.Group == group))
        {
            return;
        }

        var from = day.AddDays(_random.Next(-5, 15));
        naive.Members.Add(new(id, group, group == "list", from, day));
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at) values ('{group}', {id}, '{from:yyyy-MM-dd}', 'test', now());\n");
    }

    private void Leave(int id, DateOnly day)
    {
        if (naive.Members.Find(m => m.Merchant == id && m.RemovedOn == DateOnly.MaxValue) is { } member)
        {
            var to = day.AddDays(_random.Next(-5, 15));
            to = to > member.From ? to : member.From.AddDays(1);
            (member.To, member.RemovedOn) = (to, day);
            _sql.Append(
                CultureInfo.InvariantCulture,
                $"""
                update merchant_group_member set valid_to = '{to:yyyy-MM-dd}', removed_by = 'test', removed_at = now(), why_removed = 'test'
                where merchant_id = {id} and group_code = '{member.Group}';

                """);
        }
    }

    private void Close(DateOnly day)
    {
        var incomplete = _missing.Where(m => m.Value > day).Select(m => m.Key).ToHashSet();
        naive.Closes.Add(new(day, incomplete));
        _sql.Append(
            CultureInfo.InvariantCulture,
            $"""
            insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings)
            values ('{day:yyyy-MM-dd}', now(), true, false, array[{string.Join(',', incomplete.Select(d => $"'{d:yyyy-MM-dd}'"))}]::date[], 0);

            """);
    }

    private int NextVersion(int id) => ++_versions[id];

    private static string Step(int id, int no) =>
        $"insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at) values ({id}, {no}, 'test', 'active', 'active', 'test', 'test', now());";

    private static string Date(DateOnly date) => date == DateOnly.MaxValue ? "'infinity'" : $"'{date:yyyy-MM-dd}'";

    private string Pick(string[] of) => of[_random.Next(of.Length)];
}
