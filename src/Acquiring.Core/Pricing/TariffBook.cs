namespace Acquiring.Core.Pricing;

/// <summary>Which class a tariff's scheme puts an MCC into, from a date on.</summary>
/// <param name="Scheme">Tariffs that sort alike share a scheme: <c>2013</c>, <c>2016</c>.</param>
public sealed record MccClass(string Scheme, string Mcc, TariffClass Class, DateOnly EffectiveFrom, SourceGrade Grade, string Source);

/// <summary>A price list of the regulator with its first day. A ceiling, not a price: the default of a configuration.</summary>
/// <param name="DefaultClass">The class of an MCC that the scheme does not name.</param>
public sealed record Tariff(
    short Id, string Code, string Scheme, DateOnly EffectiveFrom, TariffClass DefaultClass, SourceGrade Grade, string Source,
    IReadOnlyList<TariffRule> Rules);

/// <summary>All tariffs as they were loaded. Immutable; shared by everything that prices.</summary>
public sealed class TariffBook
{
    private const string SchemeOfTrades = "2013";

    private readonly Dictionary<short, TariffRule> _rules;

    public TariffBook(IReadOnlyList<Tariff> tariffs, IReadOnlyList<MccClass> classes)
    {
        Tariffs = [.. tariffs.OrderBy(t => t.EffectiveFrom)];
        Classes = classes;
        _rules = Tariffs.SelectMany(t => t.Rules).ToDictionary(r => r.Id);
        _rules.Add(TariffRule.None.Id, TariffRule.None);
    }

    public static TariffBook Empty { get; } = new([], []);

    /// <summary>In order of their first day.</summary>
    public IReadOnlyList<Tariff> Tariffs { get; }

    public IReadOnlyList<MccClass> Classes { get; }

    /// <summary><c>null</c> for an id that no tariff has.</summary>
    public TariffRule? Rule(short id) => _rules.GetValueOrDefault(id);

    public Tariff? Tariff(int id) => Tariffs.FirstOrDefault(t => t.Id == id);

    /// <summary>The same book as if one tariff had always been in force; the rules keep their ids.</summary>
    public TariffBook Always(Tariff tariff) => new([tariff with { EffectiveFrom = DateOnly.MinValue }], Classes);

    /// <summary>The class of an MCC under a tariff on a date.</summary>
    public TariffClass ClassOf(Tariff tariff, string mcc, DateOnly on)
    {
        MccClass? found = null;
        foreach (var c in Classes)
        {
            if (c.Scheme == tariff.Scheme && c.Mcc == mcc && c.EffectiveFrom <= on && !(c.EffectiveFrom < found?.EffectiveFrom))
            {
                found = c;
            }
        }

        return found?.Class ?? tariff.DefaultClass;
    }

    /// <summary>Whether the tariff by trades (2013) caps an MCC as wholesale.</summary>
    public bool IsWholesale(string mcc) => Classes.Any(c => c.Scheme == SchemeOfTrades && c.Class == TariffClass.Wholesale && c.Mcc == mcc);

    /// <summary>The rules of a merchant whose MCC changed: those of each MCC for the dates it counts for.</summary>
    public MccTariff For(MccHistory history)
    {
        var tariff = For(history.First);
        foreach (var change in history.Changes)
        {
            tariff = tariff.Then(change.From, For(change.Mcc));
        }

        return tariff;
    }

    /// <summary>The rules of one MCC by date. Merchants of the same MCC should share it: it is made once and then only read.</summary>
    public MccTariff For(string mcc)
    {
        var dates = Tariffs.Select(t => t.EffectiveFrom)
            .Concat(Classes.Where(c => c.Mcc == mcc).Select(c => c.EffectiveFrom))
            .Distinct().Order();
        var spans = new List<MccTariff.Span>();
        foreach (var date in dates)
        {
            if (Tariffs.LastOrDefault(t => t.EffectiveFrom <= date) is not { } tariff)
            {
                continue;
            }

            var tariffClass = ClassOf(tariff, mcc, date);
            spans.Add(new(date, RuleOf(Transactions.CardKind.Debit), RuleOf(Transactions.CardKind.Credit)));

            TariffRule RuleOf(Transactions.CardKind cardKind) => tariff.Rules.FirstOrDefault(r => r.Covers(tariffClass, cardKind)) ?? TariffRule.None;
        }

        return new MccTariff(spans);
    }
}
