using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>An act on a merchant, as its grain is asked for it.</summary>
/// <param name="Version">The version of the merchant it is based on.</param>
/// <param name="Scopes">Of a restriction.</param>
/// <param name="Cure">Of a restriction or suspension.</param>
/// <param name="HoldNo">Of a lift.</param>
/// <param name="BlacklistCaseId">Of a closing that clears this case: then its version counts, and not the merchant's.</param>
[GenerateSerializer]
public sealed record MerchantStep(
    [property: Id(0)] MerchantAct Act,
    [property: Id(1)] int Version,
    [property: Id(2)] string Why,
    [property: Id(3)] string Actor,
    [property: Id(4)] IdempotencyKey? Key = null,
    [property: Id(5)] IReadOnlyList<RestrictionScope>? Scopes = null,
    [property: Id(6)] string Cure = "",
    [property: Id(7)] int HoldNo = 0,
    [property: Id(8)] int BlacklistCaseId = 0,
    [property: Id(9)] int BlacklistCaseVersion = 0)
{
    public const int TextLengthMax = 500;

    /// <summary>In the order of the fields: why, cure, scopes.</summary>
    internal Refusal? Check()
    {
        var needsCure = Act is MerchantAct.Restrict or MerchantAct.Suspend;
        return CheckText("why", Why)
            ?? (needsCure ? CheckText("cure", Cure) : null)
            ?? (Act == MerchantAct.Restrict && Scopes is not { Count: > 0 } ? MerchantRefusals.NoScope(Enum.GetValues<RestrictionScope>()) : null);
    }

    private static Refusal? CheckText(string field, string? text) =>
        string.IsNullOrWhiteSpace(text) || text.Length > TextLengthMax ? MerchantRefusals.Text(field, TextLengthMax)
        : CardLikeText.Has(text) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", field))
        : null;
}

/// <summary>A merchant's standing with the version it has; what an act answers, and its repetition too.</summary>
[GenerateSerializer]
public sealed record MerchantRecord([property: Id(0)] string MerchantNo, [property: Id(1)] int Version, [property: Id(2)] MerchantStanding Standing);

/// <summary>Either the merchant after the act or why it was not done.</summary>
[GenerateSerializer]
public sealed record StepOutcome([property: Id(0)] MerchantRecord? Merchant, [property: Id(1)] Refusal? Refusal)
{
    internal static StepOutcome Of(Result<MerchantRecord> result) => new(result.IsRefused ? null : result.Value, result.Refusal);

    internal Result<MerchantRecord> Result => Refusal is { } refusal ? refusal : Merchant!;
}
