using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Pricing;

/// <summary>What of pricing is configuration because no source confirms it.</summary>
/// <param name="VolumeStepLagDays">How many days into the next month a month's volume begins to choose steps; 1 to 27.</param>
public sealed record PricingOptions(int VolumeStepLagDays = VolumeStepDecision.LagDaysDefault)
{
    private const int LagDaysMax = 27;

    /// <summary>Reads <c>Pricing:VolumeStepLagDays</c>; anything but a number in range stops the host with a refusal.</summary>
    public static PricingOptions From(IConfiguration? configuration)
    {
        const string key = "Pricing:VolumeStepLagDays";
        if (configuration?[key] is not { } text)
        {
            return new();
        }

        return int.TryParse(text, out var days) && days is >= 1 and <= LagDaysMax
            ? new(days)
            : throw new RefusedException(Refusal.Of(
                RefusalKind.Unavailable, "pricing.bad-lag", new("setting", key), new Detail("value", text), new Detail("max", $"{LagDaysMax}")));
    }
}
