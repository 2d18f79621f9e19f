using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Merchants.Attributes;

/// <summary>What is done with an attribute.</summary>
public enum AttributeAct
{
    ConfirmAttribute = 1,
    CorrectAttribute,
    RevokeAttribute,
}

/// <summary>An act on a merchant's attributes, as its grain is asked for it.</summary>
/// <param name="Version">The version of the merchant it is based on.</param>
/// <param name="No">Of the attribute that is corrected or revoked.</param>
/// <param name="Claim">Of a confirmation or correction.</param>
/// <param name="From">Of a revocation; <c>null</c> is today.</param>
[GenerateSerializer]
public sealed record AttributeOrder(
    [property: Id(0)] AttributeAct Act,
    [property: Id(1)] int Version,
    [property: Id(2)] string Why,
    [property: Id(3)] string Actor,
    [property: Id(4)] IdempotencyKey? Key,
    [property: Id(5)] int No,
    [property: Id(6)] AttributeClaim? Claim,
    [property: Id(7)] DateOnly? From)
{
    public const int WhyCharsMax = 500;

    /// <summary>In this order: why, then what is confirmed. A correction says no attribute: it is checked when its row is known.</summary>
    internal Refusal? Check() =>
        string.IsNullOrWhiteSpace(Why) || Why.Length > WhyCharsMax ? MerchantRefusals.Text("why", WhyCharsMax)
        : CardLikeText.Has(Why) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "why"))
        : Act == AttributeAct.ConfirmAttribute ? Claim!.Check() : null;
}

/// <summary>A row of a merchant's attributes.</summary>
/// <param name="No">Names it within the merchant.</param>
/// <param name="ValidTo">The first date it no longer holds; <c>null</c> while no end is known.</param>
/// <param name="Supersedes">The number of the row it was put in the place of.</param>
/// <param name="EndedIn">The merchant's version that corrected or revoked it; <c>null</c> while it counts.</param>
[GenerateSerializer]
public sealed record MerchantAttributeAnswer(
    [property: Id(0)] int No,
    [property: Id(1)] MerchantAttribute Attribute,
    [property: Id(2)] string Value,
    [property: Id(3)] string Document,
    [property: Id(4)] DateOnly ValidFrom,
    [property: Id(5)] DateOnly? ValidTo,
    [property: Id(6)] int? Supersedes,
    [property: Id(7)] string ConfirmedBy,
    [property: Id(8)] DateTimeOffset ConfirmedAt,
    [property: Id(9)] int? EndedIn);

/// <summary>What an act on attributes did, and what its repetition answers.</summary>
/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
/// <param name="Ended">The number of the row that no longer counts.</param>
/// <param name="Row">The row that came; none where a revocation left nothing.</param>
[GenerateSerializer]
public sealed record MerchantAttributeChangeAnswer(
    [property: Id(0)] string MerchantNo,
    [property: Id(1)] int Version,
    [property: Id(2)] int? Ended,
    [property: Id(3)] MerchantAttributeAnswer? Row);

/// <summary>Either what was done or why it was not.</summary>
[GenerateSerializer]
public sealed record AttributeOutcome([property: Id(0)] MerchantAttributeChangeAnswer? Done, [property: Id(1)] Refusal? Refusal)
{
    internal static AttributeOutcome Of(Result<MerchantAttributeChangeAnswer> result) => new(result.IsRefused ? null : result.Value, result.Refusal);

    internal Result<MerchantAttributeChangeAnswer> Result => Refusal is { } refusal ? refusal : Done!;
}
