using Acquiring.Core.Refusals;

namespace Acquiring.Core.Merchants;

/// <summary>Why an attribute is not confirmed, corrected or revoked.</summary>
public static class AttributeRefusals
{
    public static Refusal Unknown() => Refusal.Of(
        RefusalKind.Invalid, "attribute.unknown",
        new Detail("known", string.Join(", ", AttributeKind.All.Select(k => MerchantRefusals.Word(k.Attribute)))));

    public static Refusal BadValue(AttributeKind kind) => Refusal.Of(
        RefusalKind.Invalid, $"attribute.value-{MerchantRefusals.Word(kind.Form)}", new Detail("attribute", MerchantRefusals.Word(kind.Attribute)),
        new Detail("min", $"{kind.Min}"), new Detail("max", $"{(kind.Form == AttributeValueForm.Name ? AttributeKind.NameCharsMax : kind.Max)}"));

    public static Refusal Dates(DateOnly min, DateOnly max) => Refusal.Of(
        RefusalKind.Invalid, "attribute.dates", new Detail("min", $"{min:yyyy-MM-dd}"), new Detail("max", $"{max:yyyy-MM-dd}"));

    public static Refusal NotAskedFor(AttributeKind kind) => Refusal.Of(
        RefusalKind.Rule, "attribute.not-asked-for", new Detail("attribute", MerchantRefusals.Word(kind.Attribute)),
        new Detail("from", $"{kind.AskedFrom:yyyy-MM-dd}"), new Detail("to", kind.AskedTo is { } to ? $"{to:yyyy-MM-dd}" : "-"));

    public static Refusal Overlaps(ConfirmedAttribute other) => Refusal.Of(
        RefusalKind.Conflict, "attribute.overlaps", new Detail("attribute", MerchantRefusals.Word(other.Claim.Attribute)),
        new Detail("no", $"{other.No}"), new Detail("value", other.Claim.Value), new Detail("from", $"{other.Claim.ValidFrom:yyyy-MM-dd}"),
        new Detail("to", other.Claim.ValidTo is { } to ? $"{to:yyyy-MM-dd}" : "-"));

    public static Refusal NoSuch(int no, IEnumerable<int> live) => Refusal.Of(
        RefusalKind.NotFound, "attribute.no-such", new Detail("no", $"{no}"), new Detail("live", string.Join(", ", live) is { Length: > 0 } l ? l : "-"));

    public static Refusal SaysTheSame(int no) => Refusal.Of(RefusalKind.Conflict, "attribute.same", new Detail("no", $"{no}"));

    public static Refusal OutsideIts(AttributeClaim claim) => Refusal.Of(
        RefusalKind.Rule, "attribute.outside", new Detail("from", $"{claim.ValidFrom:yyyy-MM-dd}"),
        new Detail("to", claim.ValidTo is { } to ? $"{to:yyyy-MM-dd}" : "-"));
}
