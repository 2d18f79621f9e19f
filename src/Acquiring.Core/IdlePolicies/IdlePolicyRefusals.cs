using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.IdlePolicies;

/// <summary>What is wrong with a proposed policy, and why a night of verdicts does not begin.</summary>
public static class IdlePolicyRefusals
{
    public static Refusal Text(string at, int max) => Refusal.Of(RefusalKind.Invalid, "idle-policy.text", At(at), new Detail("max", $"{max}"));

    public static Refusal CardInText(string at) => Refusal.Of(RefusalKind.Invalid, "idle-policy.card-in-text", At(at));

    public static Refusal Range(string at, long min, long max) =>
        Refusal.Of(RefusalKind.Invalid, "idle-policy.range", At(at), new Detail("min", $"{min}"), new Detail("max", $"{max}"));

    public static Refusal Word(string at) => Refusal.Of(RefusalKind.Invalid, "idle-policy.word", At(at));

    public static Refusal Twice(string at) => Refusal.Of(RefusalKind.Invalid, "idle-policy.twice", At(at));

    public static Refusal DaysOnlyOfNew(string at) => Refusal.Of(RefusalKind.Invalid, "idle-policy.days-only-of-new", At(at));

    public static Refusal Grade(string at) => Refusal.Of(RefusalKind.Invalid, "idle-policy.grade", At(at));

    public static Refusal LegalClock(string at, IdleClockKind clock) => Refusal.Of(
        RefusalKind.Rule, "idle-policy.legal-clock", At(at), new Detail("months", $"{clock.Months()}"), new Detail("source", IdleRule.Source));

    public static Refusal UnknownVersion(int version) =>
        Refusal.Of(RefusalKind.NotFound, "idle-policy.unknown-version", new Detail("version", $"{version}"));

    public static Refusal UnknownBranch(string branch) => Refusal.Of(RefusalKind.Invalid, "idle-policy.unknown-branch", new Detail("branch", branch));

    public static Refusal AdoptTooEarly(DateOnly from, DateOnly earliest) =>
        Refusal.Of(RefusalKind.Rule, "idle-policy.adopt-too-early", Date("from", from), Date("earliest", earliest));

    public static Refusal AdoptTooLate(DateOnly from, DateOnly last) =>
        Refusal.Of(RefusalKind.Invalid, "idle-policy.adopt-too-late", Date("from", from), Date("last", last));

    public static Refusal AdoptedAlready(DateOnly from, int version) =>
        Refusal.Of(RefusalKind.Conflict, "idle-policy.adopted-already", Date("from", from), new Detail("version", $"{version}"));

    public static Refusal DateOpen(DateOnly date) => Refusal.Of(RefusalKind.Conflict, "idle-policy.date-open", Date("date", date));

    public static Refusal DatePassed(DateOnly date, DateOnly last) =>
        Refusal.Of(RefusalKind.Conflict, "idle-policy.date-passed", Date("date", date), Date("last", last));

    public static Refusal NightBeforeOpen(DateOnly night) => Refusal.Of(RefusalKind.Conflict, "idle-policy.night-before-open", Date("night", night));

    public static Refusal DateRange(DateOnly date, DateOnly first, DateOnly last) =>
        Refusal.Of(RefusalKind.Invalid, "idle-policy.date-range", Date("date", date), Date("first", first), Date("last", last));

    private static Detail At(string at) => new("at", at);

    private static Detail Date(string name, DateOnly date) => new(name, $"{date:yyyy-MM-dd}");
}
