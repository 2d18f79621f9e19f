using Acquiring.Core.Merchants;

namespace Acquiring.Core.Tiers;

/// <summary>An evidenced attribute in force on the judged date.</summary>
/// <param name="No">Names it within the merchant.</param>
/// <param name="ValidTo">The first date it no longer holds, where one is known.</param>
public readonly record struct TierAttributeFact(int No, MerchantAttribute Attribute, string Value, DateOnly? ValidTo);

/// <summary>A group the merchant belongs to on the judged date.</summary>
/// <param name="IsNamed">A list that somebody made, not a chain or a market.</param>
public readonly record struct TierGroupFact(string Code, bool IsNamed);

/// <summary>All that the tier of a merchant hangs on, as known on the night of the judged date.</summary>
/// <param name="Mcc">In force on the date.</param>
/// <param name="Township">As the registry has it; may be empty.</param>
/// <param name="Attributes">At most one of each.</param>
/// <param name="Groups">In the order of their codes.</param>
public sealed record TierFacts(
    string Mcc, string Township, IReadOnlyList<TierAttributeFact> Attributes, IReadOnlyList<TierGroupFact> Groups)
{
    public TierAttributeFact? Of(MerchantAttribute attribute)
    {
        foreach (var fact in Attributes)
        {
            if (fact.Attribute == attribute)
            {
                return fact;
            }
        }

        return null;
    }
}
