using System.Text.Json.Nodes;

namespace Acquiring.Backend.Tests.Tiers;

// What happened in the simulated bank, each with the day somebody wrote it down.
internal sealed record SimAttribute(int Merchant, int No, string Attribute, string Value, DateOnly From, DateOnly To, DateOnly WrittenOn)
{
    public DateOnly EndedOn { get; set; } = DateOnly.MaxValue;
}

internal sealed record SimMcc(int Merchant, string Mcc, DateOnly From, DateOnly WrittenOn);

internal sealed record SimTownship(int Merchant, string Township, DateOnly WrittenOn);

internal sealed record SimMember(int Merchant, string Group, bool Named, DateOnly From, DateOnly WrittenOn)
{
    public DateOnly To { get; set; } = DateOnly.MaxValue;

    public DateOnly RemovedOn { get; set; } = DateOnly.MaxValue;
}

internal sealed record SimSum(int Merchant, DateOnly TransactionDate, DateOnly BusinessDate, int Sales, long NetFen, long CommissionFen);

internal sealed record SimClose(DateOnly Date, HashSet<DateOnly> Incomplete);

/// <summary>What the plain reading says of one merchant and dimension.</summary>
internal sealed record NaiveTier(string Outcome, string? Tier, string? Rule, string? Grade, DateOnly Since, string Evidence, string Missing);

/// <summary>
/// The tiers once more, by loops over everything that ever happened, from the JSON of the rules: no SQL, no notes of what is due, nothing of
/// the product's. Each run it forgets all but the last answers and reads everything again.
/// </summary>
internal sealed class NaiveTiers
{
    private static readonly string[] s_dimensions = ["industry", "rural", "realEstate", "namedGroup"];

    private readonly Dictionary<(int Merchant, string Dimension), NaiveTier> _last = [];
    private readonly Dictionary<int, List<(DateOnly Month, DateOnly On, int Reached, int Kept)>> _judgings = [];
    private DateOnly? _lastRun;

    public List<SimAttribute> Attributes { get; } = [];

    public List<SimMcc> Mccs { get; } = [];

    public List<SimTownship> Townships { get; } = [];

    public List<SimMember> Members { get; } = [];

    public List<SimSum> Sums { get; } = [];

    public List<SimClose> Closes { get; } = [];

    public List<(DateOnly From, string Json)> RuleSets { get; } = [];

    public int Changes { get; private set; }

    public NaiveTier? Of(int merchant, string dimension) => _last.GetValueOrDefault((merchant, dimension));

    public void Run(DateOnly day, IEnumerable<int> merchants)
    {
        var json = RuleSets[0].Json;
        foreach (var (from, set) in RuleSets)
        {
            if (from <= day)
            {
                json = set;
            }
        }

        var rules = JsonNode.Parse(json)!;
        var firstOfMonth = _lastRun is not { } l || l.Year != day.Year || l.Month != day.Month;
        foreach (var merchant in merchants)
        {
            foreach (var dimension in s_dimensions)
            {
                Keep(merchant, dimension, Judge(merchant, dimension, day, rules), day, firstOfMonth ? rules : null);
            }
        }

        _lastRun = day;
    }

    private void Keep(int merchant, string dimension, NaiveTier now, DateOnly day, JsonNode? grading)
    {
        var before = Of(merchant, dimension);
        if (before is not null && before.Tier == now.Tier)
        {
            now = now with { Grade = before.Grade, Since = before.Since };
        }

        if (grading is not null && dimension == "industry" && now.Tier is not null)
        {
            now = now with { Grade = Grade(merchant, now, day, grading) };
        }

        if (before is null && now.Outcome == "none" && dimension != "industry")
        {
            return;
        }

        if (now != before)
        {
            Changes++;
            _last[(merchant, dimension)] = now;
        }
    }

    private NaiveTier Judge(int merchant, string dimension, DateOnly day, JsonNode rules)
    {
        var mcc = MccOn(merchant, day);
        var township = Townships.Last(t => t.Merchant == merchant && t.WrittenOn <= day).Township;
        var held = new SortedDictionary<string, SimAttribute>();
        foreach (var a in Attributes)
        {
            if (a.Merchant == merchant && a.WrittenOn <= day && a.EndedOn > day && a.From <= day && day < a.To)
            {
                held[a.Attribute] = a;
            }
        }

        List<string> against = [], missing = [];
        foreach (var rule in rules["rules"]!.AsArray())
        {
            if ((string)rule!["dimension"]! != dimension || (rule["mccs"] is JsonArray mccs && !mccs.Any(m => (string)m! == mcc)))
            {
                continue;
            }

            var tier = (string)rule["tier"]!;
            if (rule["groups"] is JsonArray groups)
            {
                var found = new List<string>();
                foreach (var m in Members.OrderBy(m => m.Group, StringComparer.Ordinal))
                {
                    var ends = m.RemovedOn <= day ? m.To : DateOnly.MaxValue;
                    if (m.Merchant == merchant && m.WrittenOn <= day && m.From <= day && day < ends
                        && groups.Any(g => (string)g! == m.Group || ((string)g! == "*" && m.Named)))
                    {
                        found.Add(m.Group);
                    }
                }

                if (found.Count > 0)
                {
                    return new("tier", tier, (string)rule["code"]!, null, day, string.Join(';', found), "");
                }

                continue;
            }

            if (rule["keyTownship"] is { } flag && (bool)flag)
            {
                var list = rules["keyTownships"]!.AsArray().Select(t => (string)t!).ToList();
                if (list.Contains(township))
                {
                    return new("tier", tier, (string)rule["code"]!, null, day, township, "");
                }

                if (held.TryGetValue("townshipOnKeyList", out var shown))
                {
                    return new("tier", tier, (string)rule["code"]!, null, day, $"townshipOnKeyList{shown.No}", "");
                }

                if (township.Length == 0 || list.Count == 0)
                {
                    missing.Add($"{tier} townshipOnKeyList");
                }
                else
                {
                    against.Add(township);
                }

                continue;
            }

            var attribute = (string?)rule["attribute"];
            if (attribute is null)
            {
                return new("tier", tier, (string)rule["code"]!, null, day, "", "");
            }

            if (!held.TryGetValue(attribute, out var evidence))
            {
                missing.Add($"{tier} {attribute}");
                continue;
            }

            var met = attribute switch
            {
                "starRating" => int.Parse(evidence.Value) >= (int)rule["min"]!,
                "realEstateProject" or "townshipOnKeyList" => true,
                _ => evidence.Value == "true",
            };
            if (met)
            {
                return new("tier", tier, (string)rule["code"]!, null, day, $"{attribute}{evidence.No}", "");
            }

            against.Add($"{attribute}{evidence.No}");
        }

        return new(missing.Count > 0 ? "notEnoughEvidence" : "none", null, null, null, day, string.Join(';', against), string.Join(';', missing));
    }

    public string MccOn(int merchant, DateOnly day)
    {
        // A later decision takes the place of all that begin when it does or later.
        var mcc = "";
        var line = new List<SimMcc>();
        foreach (var m in Mccs)
        {
            if (m.Merchant == merchant && m.WrittenOn <= day)
            {
                line.RemoveAll(x => x.From >= m.From);
                line.Add(m);
            }
        }

        foreach (var m in line)
        {
            if (m.From <= day)
            {
                mcc = m.Mcc;
            }
        }

        return mcc;
    }

    private string? Grade(int merchant, NaiveTier now, DateOnly day, JsonNode rules)
    {
        var month = new DateOnly(day.Year, day.Month, 1).AddMonths(-1);
        var (begin, end) = (month.AddMonths(-2), month.AddMonths(1));
        var knownClose = Closes.Last(c => c.Date <= day);
        var counted = new HashSet<DateOnly>();
        foreach (var c in Closes)
        {
            if (c.Date >= begin && c.Date < end && c.Date <= day && !knownClose.Incomplete.Contains(c.Date))
            {
                counted.Add(c.Date);
            }
        }

        if (counted.Count == 0)
        {
            return now.Grade;
        }

        long net = 0, commission = 0;
        var salesOfDay = new Dictionary<DateOnly, int>();
        foreach (var s in Sums)
        {
            if (s.Merchant == merchant && s.TransactionDate >= begin && s.TransactionDate < end && s.BusinessDate <= day)
            {
                net += s.NetFen;
                commission += s.CommissionFen;
                salesOfDay[s.TransactionDate] = salesOfDay.GetValueOrDefault(s.TransactionDate) + s.Sales;
            }
        }

        var active = salesOfDay.Count(d => d.Value > 0 && counted.Contains(d.Key));
        var ofTier = rules["rules"]!.AsArray().First(r => (string)r!["tier"]! == now.Tier);
        string[] keys = [now.Tier!, (string)ofTier!["class"]!, "*"];
        var thresholds = keys.Select(k => rules["thresholds"]!.AsArray().Where(t => (string)t!["for"]! == k).ToList()).FirstOrDefault(t => t.Count > 0);
        if (thresholds is null)
        {
            return now.Grade;
        }

        int Best(int percent)
        {
            foreach (var grade in "abc")
            {
                var t = thresholds.FirstOrDefault(x => (string)x!["grade"]! == $"{grade}");
                if (t is not null && net >= (decimal)(long)t["netFenMin"]! * percent / 100
                    && (decimal)active / counted.Count * 100 >= (decimal)(int)t["activePercentMin"]! * percent / 100
                    && commission >= (decimal)(long)t["commissionFenMin"]! * percent / 100)
                {
                    return grade - 'a';
                }
            }

            return 3;
        }

        var hysteresis = rules["hysteresis"]!;
        if (!_judgings.TryGetValue(merchant, out var all))
        {
            _judgings.Add(merchant, all = []);
        }

        all.Add((month, day, Best(100), Best((int)hysteresis["keepPercent"]!)));
        var row = new List<(DateOnly Month, DateOnly On, int Reached, int Kept)>();
        for (var (i, expected) = (all.Count - 1, month); i >= 0 && all[i].Month == expected && all[i].On >= now.Since; i--, expected = expected.AddMonths(-1))
        {
            row.Add(all[i]);
        }

        if (now.Grade is null)
        {
            return Letter(row[0].Reached);
        }

        var present = now.Grade[0] - 'a';
        var up = (int)hysteresis["promotionMonths"]!;
        if (row.Count >= up && row.Take(up).All(r => r.Reached < present))
        {
            return Letter(row.Take(up).Max(r => r.Reached));
        }

        var down = (int)hysteresis["demotionMonths"]!;
        return row.Count >= down && row.Take(down).All(r => r.Kept > present) ? Letter(row.Take(down).Min(r => r.Kept)) : now.Grade;
    }

    private static string Letter(int grade) => $"{(char)('a' + grade)}";
}
