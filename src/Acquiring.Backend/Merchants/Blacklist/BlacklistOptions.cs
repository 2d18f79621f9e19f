using Acquiring.Backend.Platform;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <param name="ClearWithinDays">Calendar days from the day a live merchant is found on the list to the day it must be cleared by. The 10 days are unverified.</param>
public sealed record BlacklistOptions(int ClearWithinDays = 10)
{
    private const int DaysMax = 365;

    public static BlacklistOptions From(IConfiguration configuration) =>
        new(NumberSetting.Read(configuration, "Blacklist:ClearWithinDays", 1, DaysMax, 10));
}
