using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.IdlePolicies;

/// <summary>What is wrong with a proposed policy, and why a night of verdicts does not begin.</summary>
public static class IdlePolicyRefusals
{
    public static Refusal Text(string at, int max) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.text", At(at), new Detail("max", $"{max}"));

    public static Refusal CardInText(string at) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.card-in-text", At(at));

    public static Refusal Range(string at, long min, long max) =>
        Refusal.Of(RefusalKind.Invalid, "idlePolicy.range", At(at), new Detail("min", $"{min}"), new Detail("max", $"{max}"));

    public static Refusal Word(string at) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.word", At(at));

    public static Refusal Twice(string at) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.twice", At(at));

    public static Refusal DaysOnlyOfNew(string at) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.days-only-of-new", At(at));

    public static Refusal Grade(string at) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.grade", At(at));

    public static Refusal LegalClock(string at, IdleClockKind clock) => Refusal.Of(
        RefusalKind.Rule, "idlePolicy.legal-clock", At(at), new Detail("months", $"{clock.Months()}"), new Detail("source", IdleRule.Source));

    public static Refusal UnknownVersion(int version) =>
        Refusal.Of(RefusalKind.NotFound, "idlePolicy.unknown-version", new Detail("version", $"{version}"));

    public static Refusal UnknownBranch(string branch) => Refusal.Of(RefusalKind.Invalid, "idlePolicy.unknown-branch", new Detail("branch", branch));

    public static Refusal AdoptTooEarly(DateOnly from, DateOnly earliest) =>
        Refusal.Of(RefusalKind.Rule, "idlePolicy.adopt-too-early", Date("from", from), Date("earliest", earliest));

    public static Refusal AdoptTooLate(DateOnly from, DateOnly last) =>
        Refusal.Of(RefusalKind.Invalid, "idlePolicy.adopt-too-late", Date("from", from), Date("last", last));

    public static Refusal AdoptedAlready(DateOnly from, int version) =>
        Refusal.Of(RefusalKind.Conflict, "idlePolicy.adopted-already", Date("from", from), new Detail("version", $"{version}"));

    public static Refusal DateOpen(DateOnly date) => Refusal.Of(RefusalKind.Conflict, "idlePolicy.date-open", Date("date", date));

    public static Refusal DatePassed(DateOnly date, DateOnly last) =>
        Refusal.Of(RefusalKind.Conflict, "idlePolicy.date-passed", Date("date", date), Date("last", last));

    public static Refusal NightBeforeOpen(DateOnly night) => Refusal.Of(RefusalKind.Conflict, "idlePolicy.night-before-open", Date("night", night));

    public static Refusal DateRange(DateOnly date, DateOnly first, DateOnly last) =>
        Refusal.Of(RefusalKind.Invalid, "idlePolicy.date-range", Date("date", date), Date("first", first), Date("last", last));

    private static Detail At(string at) => new("at", at);

    private static Detail Date(string name, DateOnly date) => new(name, $"{date:yyyy-MM-dd}");
}
