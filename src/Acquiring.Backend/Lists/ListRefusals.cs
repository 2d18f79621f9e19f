using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Lists;

/// <summary>What a list cannot be asked for. Each names the parameter, and what it may be.</summary>
internal static class ListRefusals
{
    public static Refusal UnknownParameter(string name, IEnumerable<string> legal) => Refusal.Of(
        RefusalKind.Invalid, "list.unknown-parameter", new Detail("parameter", name), new Detail("legal", string.Join(", ", legal)));

    public static Refusal Twice(string name) => Refusal.Of(RefusalKind.Invalid, "list.parameter-twice", new Detail("parameter", name));

    public static Refusal NotOneOf(string name, string value, IEnumerable<string> legal) => Refusal.Of(
        RefusalKind.Invalid, "list.not-one-of", new Detail("parameter", name), new Detail("value", value),
        new Detail("legal", string.Join(", ", legal)));

    public static Refusal NotANumber(string name, string value, long min, long max) => Refusal.Of(
        RefusalKind.Invalid, "list.not-a-number", new Detail("parameter", name), new Detail("value", value), new Detail("min", $"{min}"),
        new Detail("max", $"{max}"));

    public static Refusal NotADate(string name, string value) => Refusal.Of(
        RefusalKind.Invalid, "list.not-a-date", new Detail("parameter", name), new Detail("value", value));

    public static Refusal NotAnMcc(string name, string value) => Refusal.Of(
        RefusalKind.Invalid, "list.not-an-mcc", new Detail("parameter", name), new Detail("value", value));

    public static Refusal TooLong(string name, int max) => Refusal.Of(
        RefusalKind.Invalid, "list.too-long", new Detail("parameter", name), new Detail("max", $"{max}"));

    public static Refusal CardLike(string name) => Refusal.Of(RefusalKind.Invalid, "list.card-in-text", new Detail("parameter", name));

    public static Refusal UnknownBranch(string branchCode) =>
        Refusal.Of(RefusalKind.Invalid, "list.unknown-branch", new Detail("branch", branchCode));

    public static Refusal SearchLength(int min, int max) =>
        Refusal.Of(RefusalKind.Invalid, "search.length", new Detail("min", $"{min}"), new Detail("max", $"{max}"));
}
