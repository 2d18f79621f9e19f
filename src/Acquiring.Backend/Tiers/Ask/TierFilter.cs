using Acquiring.Backend.Tiers.Rules;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Ask;

/// <summary>Tiers named in a filter: one that no rule set has is mistyped, and must not become an empty list.</summary>
internal static class TierFilter
{
    public static async Task RequireKnownAsync(NpgsqlConnection connection, IEnumerable<string> tiers, CancellationToken cancellationToken)
    {
        var known = await TierRuleSets.TierCodesAsync(connection, cancellationToken);
        if (tiers.FirstOrDefault(t => !known.Contains(t)) is { } unknown)
        {
            throw new RefusedException(TierRefusals.UnknownTier(unknown.Length > 40 ? unknown[..40] : unknown, known));
        }
    }
}
