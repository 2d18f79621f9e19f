using Acquiring.Core.Refusals;

namespace Acquiring.Core.Onboarding;

/// <summary>Why an act on an application is not done.</summary>
public static class OnboardingRefusals
{
    public static Refusal IllegalStep(ApplicationAct act, ApplicationState state)
    {
        var legal = ApplicationStanding.LegalFrom(state);
        Detail[] said = [new("act", ApplicationStanding.Word(act)), new("state", ApplicationStanding.Word(state))];
        return legal.Count == 0
            ? Refusal.Of(RefusalKind.Conflict, "application.ended", said)
            : Refusal.Of(RefusalKind.Conflict, "application.illegal-step", [.. said, new("legal", string.Join(", ", legal.Select(ApplicationStanding.Word)))]);
    }

    public static Refusal Unknown(Guid id) => Refusal.Of(RefusalKind.NotFound, "application.unknown", new Detail("applicationId", $"{id}"));

    public static Refusal BadId() => Refusal.Of(RefusalKind.Invalid, "application.bad-id");

    /// <summary>The fields are told beside it.</summary>
    public static Refusal Invalid(int count) => Refusal.Of(RefusalKind.Invalid, "application.invalid", new Detail("count", $"{count}"));

    /// <summary>It was right when it was handed in, and is not any more: a licence ran out, a branch was closed.</summary>
    public static Refusal NoLongerValid(int count) => Refusal.Of(RefusalKind.Rule, "application.no-longer-valid", new Detail("count", $"{count}"));

    public static Refusal Exists(Guid id, int version, ApplicationState state) => Refusal.Of(
        RefusalKind.VersionMissing, "application.exists", new Detail("applicationId", $"{id}"), new Detail("version", $"{version}"),
        new Detail("state", ApplicationStanding.Word(state)));

    /// <summary>A text that must say something: 1 to <paramref name="max"/> characters.</summary>
    public static Refusal Text(string field, int max) =>
        Refusal.Of(RefusalKind.Invalid, "application.text", new Detail("field", field), new Detail("max", $"{max}"));

    public static Refusal CardInText(string field) => Refusal.Of(RefusalKind.Invalid, "application.card-in-text", new Detail("field", field));

    public static Refusal FixCount(int max) => Refusal.Of(RefusalKind.Invalid, "application.fix-count", new Detail("max", $"{max}"));

    public static Refusal UnknownFixField(string field, IEnumerable<string> known) => Refusal.Of(
        RefusalKind.Invalid, "application.fix-unknown-field", new Detail("field", field), new Detail("known", string.Join(", ", known)));

    public static Refusal ChangedSinceVerified() => Refusal.Of(RefusalKind.Conflict, "application.changed-since-verified");

    public static Refusal NoArea(string branchCode) => Refusal.Of(RefusalKind.Rule, "application.no-area", new Detail("branchCode", branchCode));

    public static Refusal NumbersExhausted(string prefix) =>
        Refusal.Of(RefusalKind.Conflict, "application.numbers-exhausted", new Detail("prefix", prefix), new Detail("max", $"{MerchantSequence.Last}"));
}
