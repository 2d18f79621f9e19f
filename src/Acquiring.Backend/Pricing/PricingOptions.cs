using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Pricing;

/// <summary>What of pricing is configuration because no source confirms it.</summary>
/// <param name="VolumeStepLagDays">How many days into the next month a month's volume begins to choose steps; 1 to 27.</param>
public sealed record PricingOptions(int VolumeStepLagDays = VolumeStepDecision.LagDaysDefault)
{
    private const int LagDaysMax = 27;

    public static PricingOptions From(IConfiguration configuration) =>
        new(NumberSetting.Read(configuration, "Pricing:VolumeStepLagDays", 1, LagDaysMax, VolumeStepDecision.LagDaysDefault));
}
