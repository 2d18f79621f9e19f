using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Merchants.Mcc;

/// <summary>A change of the MCC, as the merchant's grain is asked for it.</summary>
/// <param name="MainBusiness">What the merchant mainly sells: that decides its MCC.</param>
/// <param name="Evidence">What shows it: a visit, an invoice, the license.</param>
[GenerateSerializer]
public sealed record MccOrder(
    [property: Id(0)] string Mcc,
    [property: Id(1)] string MainBusiness,
    [property: Id(2)] string Evidence,
    [property: Id(3)] int Version,
    [property: Id(4)] string Actor,
    [property: Id(5)] IdempotencyKey? Key)
{
    public const int MainBusinessCharsMax = 200;
    public const int EvidenceCharsMax = 500;

    /// <summary>In the order of the fields.</summary>
    internal Refusal? Check() =>
        Mcc is not { Length: 4 } || Mcc.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? Refusal.Of(RefusalKind.Invalid, "mcc.digits", new Detail("mcc", Mcc.Length > 20 ? Mcc[..20] : Mcc))
            : CheckText("mainBusiness", MainBusiness, MainBusinessCharsMax) ?? CheckText("evidence", Evidence, EvidenceCharsMax);

    private static Refusal? CheckText(string field, string text, int max) =>
        string.IsNullOrWhiteSpace(text) || text.Length > max ? MerchantRefusals.Text(field, max)
        : CardLikeText.Has(text) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", field))
        : null;
}

/// <summary>What a change of the MCC did.</summary>
/// <param name="Suspicion">What speaks for a disguise under the new MCC; it was done all the same.</param>
[GenerateSerializer]
public sealed record MccChange(
    [property: Id(0)] string MerchantNo,
    [property: Id(1)] int Version,
    [property: Id(2)] string Mcc,
    [property: Id(3)] string MccBefore,
    [property: Id(4)] DateOnly EffectiveFrom,
    [property: Id(5)] ArbitrageSuspicion? Suspicion);

/// <summary>Either what was done or why it was not.</summary>
[GenerateSerializer]
public sealed record MccOutcome([property: Id(0)] MccChange? Done, [property: Id(1)] Refusal? Refusal)
{
    internal static MccOutcome Of(Result<MccChange> result) => new(result.IsRefused ? null : result.Value, result.Refusal);

    internal Result<MccChange> Result => Refusal is { } refusal ? refusal : Done!;
}
