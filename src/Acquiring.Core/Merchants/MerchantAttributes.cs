using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Merchants;

/// <summary>What somebody says a merchant is, with the evidence for it.</summary>
/// <param name="Value">Written as <see cref="AttributeKind.Fits"/> wants it.</param>
/// <param name="Document">Which document shows it: its number, or the id of its picture.</param>
/// <param name="ValidTo">The first date it no longer holds; <c>null</c> while no end is known.</param>
public sealed record AttributeClaim(MerchantAttribute Attribute, string Value, string Document, DateOnly ValidFrom, DateOnly? ValidTo)
{
    public const int DocumentCharsMax = 200;

    public static readonly DateOnly ValidMin = new(1990, 1, 1);
    public static readonly DateOnly ValidMax = new(2099, 12, 31);

    /// <summary>In this order: the list of attributes, the value, the document, the dates.</summary>
    public Refusal? Check()
    {
        if (AttributeKind.All.FirstOrDefault(k => k.Attribute == Attribute) is not { } kind)
        {
            return AttributeRefusals.Unknown();
        }

        if (!kind.Fits(Value))
        {
            return AttributeRefusals.BadValue(kind);
        }

        if (string.IsNullOrWhiteSpace(Document) || Document.Length > DocumentCharsMax)
        {
            return MerchantRefusals.Text("document", DocumentCharsMax);
        }

        if (CardLikeText.Has(Document) || CardLikeText.Has(Value))
        {
            return Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", CardLikeText.Has(Value) ? "value" : "document"));
        }

        if (ValidFrom < ValidMin || ValidFrom > ValidMax || ValidTo <= ValidFrom || ValidTo > ValidMax)
        {
            return AttributeRefusals.Dates(ValidMin, ValidMax);
        }

        return ValidFrom < kind.AskedFrom || kind.AskedTo <= ValidFrom ? AttributeRefusals.NotAskedFor(kind) : null;
    }

    public bool HoldsOn(DateOnly date) => ValidFrom <= date && (ValidTo is null || date < ValidTo);

    public bool Overlaps(AttributeClaim other) =>
        Attribute == other.Attribute && (ValidTo is null || other.ValidFrom < ValidTo) && (other.ValidTo is null || ValidFrom < other.ValidTo);
}

/// <summary>A claim that was confirmed and counts.</summary>
/// <param name="No">The merchant's version that confirmed it; names it within the merchant.</param>
public sealed record ConfirmedAttribute(int No, AttributeClaim Claim);

/// <summary>What an act changes: the confirmed row that ends, and the row that comes.</summary>
public sealed record AttributeChange(ConfirmedAttribute? Ends, AttributeClaim? Comes);

/// <summary>The confirmed attributes of one merchant that count. Of one attribute there is at most one value on a date.</summary>
public sealed record MerchantAttributes(IReadOnlyList<ConfirmedAttribute> Live)
{
    public IEnumerable<ConfirmedAttribute> On(DateOnly date) => Live.Where(a => a.Claim.HoldsOn(date));

    /// <summary>Refuses a value for dates that have one: it is corrected or revoked by its number.</summary>
    public Result<AttributeChange> Confirm(AttributeClaim claim) =>
        Live.FirstOrDefault(a => a.Claim.Overlaps(claim)) is { } other
            ? AttributeRefusals.Overlaps(other)
            : new AttributeChange(null, claim);

    /// <summary>Puts another row in the place of one. The attribute stays; another one would be another confirmation.</summary>
    public Result<AttributeChange> Correct(int no, AttributeClaim claim)
    {
        if (Live.FirstOrDefault(a => a.No == no) is not { } present)
        {
            return NoSuch(no);
        }

        var corrected = claim with { Attribute = present.Claim.Attribute };
        if (corrected.Check() is { } bad)
        {
            return bad;
        }

        if (corrected == present.Claim)
        {
            return AttributeRefusals.SaysTheSame(no);
        }

        return Live.FirstOrDefault(a => a.No != no && a.Claim.Overlaps(corrected)) is { } other
            ? AttributeRefusals.Overlaps(other)
            : new AttributeChange(present, corrected);
    }

    /// <summary>Ends one from a date on. From its first date on it never counted; an end after its last date would change nothing.</summary>
    public Result<AttributeChange> Revoke(int no, DateOnly from)
    {
        if (Live.FirstOrDefault(a => a.No == no) is not { } present)
        {
            return NoSuch(no);
        }

        var claim = present.Claim;
        if (from < claim.ValidFrom || claim.ValidTo <= from)
        {
            return AttributeRefusals.OutsideIts(claim);
        }

        return new AttributeChange(present, from == claim.ValidFrom ? null : claim with { ValidTo = from });
    }

    private Refusal NoSuch(int no) => AttributeRefusals.NoSuch(no, Live.Select(a => a.No));
}
