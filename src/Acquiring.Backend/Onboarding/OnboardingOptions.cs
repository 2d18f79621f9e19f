using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Onboarding;

/// <summary>What of onboarding belongs to the bank that runs it.</summary>
/// <param name="Acquirer">The first three characters of a new merchant's number (domain §5); 102 is ICBC.</param>
/// <param name="Area">The next four; left out, the first four digits of the branch's code.</param>
public sealed record OnboardingOptions(string Acquirer = "102", string? Area = null)
{
    public static OnboardingOptions From(IConfiguration configuration) => new(
        Read(configuration, "Onboarding:Acquirer", 3) ?? "102", Read(configuration, "Onboarding:Area", 4));

    private static string? Read(IConfiguration configuration, string key, int length) => configuration[key] switch
    {
        null => null,
        var text when text.Length == length && Identifiers.IsAsciiLettersOrDigits(text) => text,
        var text => throw new RefusedException(Refusal.Of(
            RefusalKind.Unavailable, "application.bad-setting", new("setting", key), new("value", text), new("length", $"{length}"))),
    };
}
