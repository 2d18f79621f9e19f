namespace Acquiring.Backend.Tests.IdlePolicies;

internal sealed record SimSum(int Merchant, int Terminal, DateOnly On, DateOnly Business, int Sales, long Gross, long Commission);

internal sealed record SimHold(int Terminal, int Merchant, DateOnly From)
{
    public DateOnly To { get; set; } = DateOnly.MaxValue;
}

internal sealed record SimFact(int Terminal, DateOnly From, bool Spare, DateOnly Installed, DateOnly? ClockFrom);

internal sealed record SimEvidence(int Merchant, int No, string Attribute, string Value, DateOnly From, DateOnly To, DateOnly KnownOn)
{
    public DateOnly EndedOn { get; set; } = DateOnly.MaxValue;
}

/// <summary>What a list said of a loan: open or not, from its date on.</summary>
internal sealed record SimLoan(string Ref, int Merchant, DateOnly AsOf, bool IsOpen, DateOnly KnownOn);

/// <summary>The numbers of a policy, told once more in the plain reading's own terms. A bound of 0 is none.</summary>
internal sealed record SimPolicy(
    int Months, long Amount, int Count, int ActiveDays, long Commission, int NewDays, string Exempt, int AllMin, int AllMax, int Share, int MostDays, int AnyMore);

/// <summary>
/// What is said of the verdicts in docs/domain.md, read plainly: everything is gone through for each terminal and day, nothing is remembered, no
/// code of the product is used.
/// </summary>
internal sealed class NaiveVerdicts
{
    public List<SimSum> Sums { get; } = [];

    public List<SimHold> Holds { get; } = [];

    public List<SimFact> Facts { get; } = [];

    public List<SimEvidence> Evidence { get; } = [];

    public List<SimLoan> Loans { get; } = [];

    public List<(int Terminal, DateOnly On, DateOnly KnownOn)> Registry { get; } = [];

    public List<(int Merchant, string Branch, DateOnly KnownOn)> Branches { get; } = [];

    public Dictionary<DateOnly, HashSet<DateOnly>> Closes { get; } = [];

    /// <summary>By branch: the policy of a date.</summary>
    public required Func<string, DateOnly, SimPolicy> PolicyOf { get; init; }

    /// <param name="known">The day on which the night is done: what people said until then counts.</param>
    public (string LowVolume, string EarlyWarning) Of(int terminal, DateOnly on, DateOnly known)
    {
        if (Holder(terminal, on) is not { } merchant)
        {
            return ("clear", "clear");
        }

        var policy = PolicyOf(Branches.Last(b => b.Merchant == merchant && b.KnownOn <= known).Branch, on);
        return (Low(policy, merchant, terminal, on, known), Warning(policy, merchant, terminal, on, known));
    }

    private string Low(SimPolicy policy, int merchant, int terminal, DateOnly on, DateOnly known)
    {
        var fact = Fact(terminal, on);
        var since = fact.ClockFrom is { } c && c > fact.Installed ? c : fact.Installed;
        var ends = on;
        while (ends.AddDays(1).Day != 1)
        {
            ends = ends.AddDays(-1);
        }

        var told = "";
        var season = false;
        for (var i = policy.Months - 1; i >= 0; i--)
        {
            var first = new DateOnly(ends.Year, ends.Month, 1).AddMonths(-i);
            var (days, amount, sales, commission) = (0, 0L, 0, 0L);
            for (var day = first; day.Month == first.Month; day = day.AddDays(1))
            {
                if (!Closes.ContainsKey(day) || Closes[on].Contains(day))
                {
                    return "clear";
                }

                var today = Sums.Where(s => s.Terminal == terminal && s.Merchant == merchant && s.On == day && s.Business <= on).ToList();
                days += today.Sum(s => s.Sales) > 0 ? 1 : 0;
                amount += today.Sum(s => s.Gross);
                sales += today.Sum(s => s.Sales);
                commission += today.Sum(s => s.Commission);
                season |= Season(merchant, on, known, day);
            }

            if (since >= first.AddMonths(1) || amount >= policy.Amount || sales >= policy.Count
                || (policy.ActiveDays > 0 && days >= policy.ActiveDays) || (policy.Commission > 0 && commission >= policy.Commission))
            {
                return "clear";
            }

            told += $" {first:yyyy-MM} {amount} {sales}";
        }

        var exempt = new List<string>();
        foreach (var word in policy.Exempt.Split(' '))
        {
            if (word switch
                {
                    "spare" => fact.Spare,
                    "newlyInstalled" => on.DayNumber - since.DayNumber < policy.NewDays,
                    "seasonal" => season,
                    "ruralBenefitPoint" => InForce(merchant, on, known).Any(e => e.Attribute == word && e.Value == "true"),
                    "loanLinked" => Loan(merchant, on, known) is not null,
                    _ => throw new InvalidOperationException(word),
                })
            {
                exempt.Add(word == "loanLinked" ? $"{word}:{Loan(merchant, on, known)}" : word);
            }
        }

        return (exempt.Count > 0 ? $"exempt {string.Join(',', exempt)}" : "found lowVolume") + told;
    }

    private string Warning(SimPolicy policy, int merchant, int terminal, DateOnly on, DateOnly known)
    {
        if (Fact(terminal, on).Spare)
        {
            return "clear";
        }

        var counted = Holds.Where(h => h.From <= on && on < h.To && h.Merchant == merchant).Select(h => h.Terminal).Distinct().Where(t => !Fact(t, on).Spare).ToList();
        var (last, idle) = (Last(terminal, on, known), Idle(Last(terminal, on, known), on));
        var latest = counted.Max(t => Last(t, on, known));
        if (Idle(latest, on) >= policy.AllMin && Idle(latest, on) <= policy.AllMax)
        {
            return $"found allTerminals {last:yyyy-MM-dd} {Reached(latest, policy.AllMin, on):yyyy-MM-dd} {counted.Count}";
        }

        var most = counted.Count(t => Idle(Last(t, on, known), on) >= policy.MostDays);
        if (idle >= policy.MostDays && most * 100 >= policy.Share * counted.Count)
        {
            return $"found mostTerminals {last:yyyy-MM-dd} {Reached(last, policy.MostDays, on):yyyy-MM-dd} {most}/{counted.Count}";
        }

        return idle > policy.AnyMore ? $"found anyTerminal {last:yyyy-MM-dd} {Reached(last, policy.AnyMore + 1, on):yyyy-MM-dd}" : "clear";
    }

    private int? Holder(int terminal, DateOnly on) => Holds.FindLast(h => h.Terminal == terminal && h.From <= on && on < h.To)?.Merchant;

    private SimFact Fact(int terminal, DateOnly on) => Facts.Where(f => f.Terminal == terminal && f.From <= on).MaxBy(f => f.From)!;

    private DateOnly Last(int terminal, DateOnly on, DateOnly known)
    {
        var fact = Fact(terminal, on);
        var last = Sums.Where(s => s.Terminal == terminal && s.On <= on && s.Business <= on).GroupBy(s => s.On)
            .Where(d => d.Sum(s => s.Sales) > 0).Select(d => d.Key).Append(DateOnly.MinValue).Max();
        var registry = Registry.Where(r => r.Terminal == terminal && r.KnownOn <= known).Select(r => r.On).LastOrDefault();
        last = registry > last ? registry : last;
        last = last == DateOnly.MinValue ? fact.Installed : last;
        return fact.ClockFrom is { } c && c > last ? c : last;
    }

    private int Idle(DateOnly last, DateOnly on)
    {
        var days = 0;
        for (var day = last.AddDays(1); day <= on; day = day.AddDays(1))
        {
            days += Closes[on].Contains(day) ? 0 : 1;
        }

        return days;
    }

    private DateOnly Reached(DateOnly last, int days, DateOnly on)
    {
        var day = last;
        while (Idle(last, day, on) < days)
        {
            day = day.AddDays(1);
        }

        return day;
    }

    private int Idle(DateOnly last, DateOnly through, DateOnly on) =>
        Enumerable.Range(1, Math.Max(0, through.DayNumber - last.DayNumber)).Count(d => !Closes[on].Contains(last.AddDays(d)));

    /// <summary>The first loan of a merchant that is open on the date: what the last list up to it said, of those that had come.</summary>
    private string? Loan(int merchant, DateOnly on, DateOnly known) => Loans
        .Where(l => l.Merchant == merchant && l.KnownOn <= known && l.AsOf <= on).GroupBy(l => l.Ref).Where(l => l.Last().IsOpen).Select(l => l.Key)
        .Min(StringComparer.Ordinal);

    private IEnumerable<SimEvidence> InForce(int merchant, DateOnly on, DateOnly known) =>
        Evidence.Where(e => e.Merchant == merchant && e.KnownOn <= known && known < e.EndedOn && e.From <= on && on < e.To);

    private bool Season(int merchant, DateOnly on, DateOnly known, DateOnly day) =>
        InForce(merchant, on, known).Any(e => e.Attribute == "seasonal" && e.Value switch
        {
            "1" => day.Month == 1,
            "2,3" => day.Month is 2 or 3,
            "12-20..01-05" => day is { Month: 12, Day: >= 20 } or { Month: 1, Day: <= 5 },
            _ => throw new InvalidOperationException(e.Value),
        });
}
