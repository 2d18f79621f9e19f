using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>The tariff rules of one MCC in order of their dates: a handful, searched from the latest.</summary>
public sealed class MccTariff
{
    private readonly Span[] _spans;

    internal MccTariff(IReadOnlyList<Span> spans) => _spans = [.. spans];

    /// <summary>No rule at any time: every part is 0.</summary>
    public static MccTariff None { get; } = new([]);

    /// <summary>The rule of a date; <see cref="TariffRule.None"/> before the first tariff.</summary>
    public TariffRule RuleOn(DateOnly date, CardKind cardKind)
    {
        for (var i = _spans.Length - 1; i >= 0; i--)
        {
            if (_spans[i].From <= date)
            {
                return cardKind == CardKind.Credit ? _spans[i].Credit : _spans[i].Debit;
            }
        }

        return TariffRule.None;
    }

    /// <summary>These rules before a date, those of another MCC from it on.</summary>
    internal MccTariff Then(DateOnly from, MccTariff later)
    {
        var begins = later._spans.LastOrDefault(s => s.From <= from);
        return new(
        [
            .. _spans.Where(s => s.From < from),
            begins with { From = from, Debit = begins.Debit ?? TariffRule.None, Credit = begins.Credit ?? TariffRule.None },
            .. later._spans.Where(s => s.From > from),
        ]);
    }

    internal readonly record struct Span(DateOnly From, TariffRule Debit, TariffRule Credit);
}
