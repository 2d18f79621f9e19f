namespace Acquiring.Core.Pricing;

/// <summary>An MCC and the first transaction date it counts for.</summary>
public readonly record struct DatedMcc(DateOnly From, string Mcc);

/// <summary>Which MCC a merchant had when: the first one we know of from the beginning on, then its changes in order of their dates.</summary>
public sealed record MccHistory(string First, IReadOnlyList<DatedMcc> Changes)
{
    public string Latest => Changes.Count == 0 ? First : Changes[^1].Mcc;

    public string On(DateOnly date)
    {
        for (var i = Changes.Count - 1; i >= 0; i--)
        {
            if (Changes[i].From <= date)
            {
                return Changes[i].Mcc;
            }
        }

        return First;
    }

    /// <summary>The MCC before the one of a date; <c>null</c> when that is the first.</summary>
    public string? Before(DateOnly date)
    {
        for (var i = Changes.Count - 1; i >= 0; i--)
        {
            if (Changes[i].From <= date)
            {
                return i == 0 ? First : Changes[i - 1].Mcc;
            }
        }

        return null;
    }
}
