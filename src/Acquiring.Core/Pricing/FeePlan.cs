using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>
/// A merchant's prices from a date on. A change is a new plan; plans are never edited. Both kinds of card have a term of their own; a
/// QR code or a wallet without one costs what the card of its kind costs.
/// </summary>
public sealed class FeePlan
{
    private const int CardKinds = 2;

    // One place per way to pay and kind of card, filled once, so that pricing a line looks nothing up.
    private readonly FeeTerm[] _terms = new FeeTerm[3 * CardKinds];

    /// <param name="terms">Must name the card terms of both kinds; a missing one is a bug and throws.</param>
    public FeePlan(int id, DateOnly effectiveFrom, params IReadOnlyList<FeeTerm> terms)
    {
        Id = id;
        EffectiveFrom = effectiveFrom;
        Terms = terms;
        foreach (var cardKind in (ReadOnlySpan<CardKind>)[CardKind.Debit, CardKind.Credit])
        {
            var card = Find(PayType.Card, cardKind) ?? throw new ArgumentException($"plan {id} has no {cardKind} card term", nameof(terms));
            foreach (var payType in (ReadOnlySpan<PayType>)[PayType.Card, PayType.Qr, PayType.Wallet])
            {
                _terms[PlaceOf(payType, cardKind)] = Find(payType, cardKind) ?? card;
            }
        }

        FeeTerm? Find(PayType payType, CardKind cardKind) => terms.FirstOrDefault(t => t.PayType == payType && t.CardKind == cardKind);
    }

    /// <summary>A plan of two prices without steps, as the registry's file has it.</summary>
    public static FeePlan Simple(int id, DateOnly effectiveFrom, FeeTerms debit, FeeTerms credit) => new(
        id, effectiveFrom, new FeeTerm(PayType.Card, CardKind.Debit, [new(0, debit)]), new FeeTerm(PayType.Card, CardKind.Credit, [new(0, credit)]));

    public int Id { get; }

    public DateOnly EffectiveFrom { get; }

    public IReadOnlyList<FeeTerm> Terms { get; }

    /// <summary>The card price of the first step: all that a registry's file knows of a plan.</summary>
    public FeeTerms Debit => TermOf(PayType.Card, CardKind.Debit).Steps[0].Terms;

    /// <inheritdoc cref="Debit"/>
    public FeeTerms Credit => TermOf(PayType.Card, CardKind.Credit).Steps[0].Terms;

    public bool HasSteps => Terms.Any(t => t.Steps.Count > 1);

    /// <summary>The term that prices a line; a line that says neither counts as a debit card.</summary>
    public FeeTerm TermOf(PayType payType, CardKind cardKind) => _terms[PlaceOf(payType, cardKind)];

    /// <summary>The plan in force on a date: the latest that took effect on or before it. Plans are in order of their date.</summary>
    public static FeePlan? InForce(IReadOnlyList<FeePlan> plans, DateOnly on)
    {
        for (var i = plans.Count - 1; i >= 0; i--)
        {
            if (plans[i].EffectiveFrom <= on)
            {
                return plans[i];
            }
        }

        return null;
    }

    private static int PlaceOf(PayType payType, CardKind cardKind)
    {
        var row = payType is PayType.Qr or PayType.Wallet ? (int)payType - 1 : 0;
        return (row * CardKinds) + (cardKind == CardKind.Credit ? 1 : 0);
    }
}
