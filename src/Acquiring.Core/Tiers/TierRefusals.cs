using Acquiring.Core.Refusals;

namespace Acquiring.Core.Tiers;

/// <summary>What is wrong with a proposed rule set, and why a run of the tiers does not begin.</summary>
public static class TierRefusals
{
    public static Refusal Text(string at, int max) =>
        Refusal.Of(RefusalKind.Invalid, "tiers.text", new Detail("at", at), new Detail("max", $"{max}"));

    public static Refusal CardInText(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.card-in-text", new Detail("at", at));

    public static Refusal Count(string at, int min, int max) => Refusal.Of(
        RefusalKind.Invalid, "tiers.count", new Detail("at", at), new Detail("min", $"{min}"), new Detail("max", $"{max}"));

    public static Refusal Range(string at, long min, long max) => Refusal.Of(
        RefusalKind.Invalid, "tiers.range", new Detail("at", at), new Detail("min", $"{min}"), new Detail("max", $"{max}"));

    public static Refusal Code(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.code", new Detail("at", at));

    public static Refusal Twice(string at, string value) =>
        Refusal.Of(RefusalKind.Invalid, "tiers.twice", new Detail("at", at), new Detail("value", value));

    public static Refusal Word(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.word", new Detail("at", at));

    public static Refusal Mcc(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.mcc", new Detail("at", at));

    /// <summary>A class without the industry dimension, or the other way round.</summary>
    public static Refusal Class(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.class", new Detail("at", at));

    public static Refusal Min(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.min", new Detail("at", at));

    public static Refusal Demand(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.demand", new Detail("at", at));

    public static Refusal TierUnclear(string tier) => Refusal.Of(RefusalKind.Invalid, "tiers.tier-unclear", new Detail("tier", tier));

    public static Refusal UnknownFor(string at, string value) =>
        Refusal.Of(RefusalKind.Invalid, "tiers.unknown-for", new Detail("at", at), new Detail("value", value));

    public static Refusal ThresholdOrder(string value, string grade) =>
        Refusal.Of(RefusalKind.Invalid, "tiers.threshold-order", new Detail("for", value), new Detail("grade", grade));

    public static Refusal Share(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.share", new Detail("at", at));

    public static Refusal EmptyEffect(string at) => Refusal.Of(RefusalKind.Invalid, "tiers.effect-empty", new Detail("at", at));

    public static Refusal UnknownVersion(int version) =>
        Refusal.Of(RefusalKind.NotFound, "tiers.unknown-version", new Detail("version", $"{version}"));

    public static Refusal AdoptedBefore(DateOnly from, DateOnly earliest) => Refusal.Of(
        RefusalKind.Rule, "tiers.adopt-too-early", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("earliest", $"{earliest:yyyy-MM-dd}"));

    public static Refusal AdoptTooFar(DateOnly from, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "tiers.adopt-too-late", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"));

    public static Refusal AdoptedAlready(DateOnly from, int version) => Refusal.Of(
        RefusalKind.Conflict, "tiers.adopted-already", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("version", $"{version}"));

    public static Refusal DateOpen(DateOnly date) => Refusal.Of(RefusalKind.Conflict, "tiers.date-open", new Detail("date", $"{date:yyyy-MM-dd}"));

    public static Refusal DatePassed(DateOnly date, DateOnly last) => Refusal.Of(
        RefusalKind.Conflict, "tiers.date-passed", new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"));

    public static Refusal NightBeforeOpen(DateOnly night) =>
        Refusal.Of(RefusalKind.Conflict, "tiers.night-before-open", new Detail("night", $"{night:yyyy-MM-dd}"));

    public static Refusal DateRange(DateOnly date, DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "tiers.date-range", new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("first", $"{first:yyyy-MM-dd}"),
        new Detail("last", $"{last:yyyy-MM-dd}"));

    public static Refusal UnknownTier(string tier, IEnumerable<string> known) => Refusal.Of(
        RefusalKind.Invalid, "tiers.unknown-tier", new Detail("tier", tier), new Detail("known", string.Join(", ", known)));
}
