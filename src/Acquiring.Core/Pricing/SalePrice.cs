using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>Prices a sale. Pure; allocates nothing.</summary>
public static class SalePrice
{
    /// <param name="decidedVolumeFen">The decided monthly volume that chooses the step (<see cref="VolumeStepDecision.VolumeOn"/>).</param>
    /// <param name="amountFen">1 or more. A fee beyond 64 bits throws <see cref="OverflowException"/>.</param>
    public static PricedSale Of(FeePlan plan, long decidedVolumeFen, TariffRule rule, PayType payType, CardKind cardKind, long amountFen)
    {
        var term = plan.TermOf(payType, cardKind);
        var step = term.StepAt(decidedVolumeFen);
        return Of(plan.Id, term, step, rule, amountFen);
    }

    /// <summary>The same by a term and a step (from 0) that are known: what a journal row names.</summary>
    public static PricedSale Of(int feePlanId, FeeTerm term, int step, TariffRule rule, long amountFen) => new(
        new(term.Steps[step].Terms.FeeOf(amountFen), rule.Issuer.Of(amountFen), rule.Network.Of(amountFen)),
        feePlanId, PlanTerm.Of(term, step).Code, rule.Id);
}
