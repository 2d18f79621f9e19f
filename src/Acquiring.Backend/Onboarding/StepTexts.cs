using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Onboarding;

/// <summary>What people write into an act.</summary>
internal static class StepTexts
{
    public const int CharsMax = 500;

    public static Refusal? Check(string field, string? text) =>
        string.IsNullOrWhiteSpace(text) || text.Length > CharsMax ? OnboardingRefusals.Text(field, CharsMax)
        : CardLikeText.Has(text) ? OnboardingRefusals.CardInText(field)
        : null;
}
