using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Merchants.Handover;

/// <param name="ManagerCode">Left out: nobody, or in <c>from</c> whoever it is.</param>
/// <param name="BranchCode">Left out in <c>to</c>: the manager's; in <c>from</c>: whichever it is.</param>
public sealed record CareParty(string? ManagerCode, string? BranchCode);

/// <param name="HandoverId">Made by the client before it sends: the same request again is answered as the first time.</param>
/// <param name="MerchantNos">At most 20,000; or <paramref name="AllOfFrom"/>.</param>
/// <param name="AllOfFrom">Every merchant that <paramref name="From"/> looks after now; then <paramref name="From"/> names a manager or a branch.</param>
/// <param name="From">In whose hands a merchant has to be; one in other hands is refused.</param>
/// <param name="EffectiveOn">The first date of the new hands, left out is today. At most 31 days back; later than today only within a branch.</param>
/// <param name="DryRun">Say what would be done, write nothing.</param>
/// <param name="AllOrNothing">One refused merchant stops all.</param>
public sealed record HandOverMerchantsRequest(
    Guid HandoverId, IReadOnlyList<string?>? MerchantNos, bool AllOfFrom, CareParty? From, CareParty? To, DateOnly? EffectiveOn, string? Why,
    bool DryRun, bool AllOrNothing)
{
    public const int MerchantsMax = 20_000;
    public const int DaysBackMax = 31;
    public const int DaysAheadMax = 366;

    /// <summary>In this order: id, why, who, numbers, to whom, when.</summary>
    internal Refusal? Check(DateOnly today)
    {
        var on = EffectiveOn ?? today;
        return HandoverId == Guid.Empty ? Refusal.Of(RefusalKind.Invalid, "handover.id-missing")
            : string.IsNullOrWhiteSpace(Why) || Why.Length > MerchantStep.TextLengthMax ? MerchantRefusals.Text("why", MerchantStep.TextLengthMax)
            : CardLikeText.Has(Why) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "why"))
            : AllOfFrom == MerchantNos is { Count: > 0 } || (AllOfFrom && From is not ({ ManagerCode: not null } or { BranchCode: not null }))
                ? Refusal.Of(RefusalKind.Invalid, "handover.who")
            : MerchantNos?.Any(no => !MerchantNo.TryParse(no, out _)) == true
                ? Refusal.Of(RefusalKind.Invalid, "handover.merchant-no", new Detail("index", $"{FirstBadNo()}"))
            : MerchantNos?.Count > MerchantsMax ? Refusal.Of(RefusalKind.TooLarge, "handover.too-many", new Detail("max", $"{MerchantsMax}"))
            : To is not ({ ManagerCode: not null } or { BranchCode: not null }) ? Refusal.Of(RefusalKind.Invalid, "handover.to-whom")
            : on < today.AddDays(-DaysBackMax) || on > today.AddDays(DaysAheadMax)
                ? Refusal.Of(
                    RefusalKind.Invalid, "handover.date", new Detail("min", $"{today.AddDays(-DaysBackMax):yyyy-MM-dd}"),
                    new Detail("max", $"{today.AddDays(DaysAheadMax):yyyy-MM-dd}"))
            : null;
    }

    private int FirstBadNo() => MerchantNos!.TakeWhile(no => MerchantNo.TryParse(no, out _)).Count();
}

/// <summary>What became of one merchant of a handover.</summary>
public enum HandoverItemState
{
    /// <summary>Handed over, or in a dry run it would be.</summary>
    Done = 1,

    /// <summary>In these hands already.</summary>
    Unchanged,

    Refused,
}

/// <param name="Code">Why it was refused; empty else. It never changes with the language.</param>
/// <param name="Version">The merchant's version that the handover made; <c>null</c> where it made none.</param>
public sealed record HandoverItem(string MerchantNo, HandoverItemState State, string Code, int? Version);

/// <summary>What a handover did, as it is kept for its repetition.</summary>
public sealed record HandoverDone(
    Guid HandoverId, DateOnly EffectiveOn, bool DryRun, bool Applied, string? ManagerCode, string BranchCode, int Done, int Unchanged, int Refused,
    IReadOnlyList<HandoverItem> Items);
