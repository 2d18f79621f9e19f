using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Loans;

/// <summary>Why something about loans is not done.</summary>
internal static class LoanRefusals
{
    public static Refusal Unknown(string loanRef) => Refusal.Of(
        RefusalKind.NotFound, "loan.unknown", new Detail("loanRef", loanRef.Length > 40 ? loanRef[..40] : loanRef));

    public static Refusal BadMode(string mode) => Refusal.Of(RefusalKind.Invalid, "loan.mode", new Detail("mode", mode.Length > 40 ? mode[..40] : mode));

    public static Refusal FullIsEmpty() => Refusal.Of(RefusalKind.Rule, "loan.full-empty");

    public static Refusal Contradicts(string loanRef, DateOnly asOf) => Refusal.Of(
        RefusalKind.Rule, "loan.list-contradicts", new Detail("loanRef", loanRef), new Detail("asOf", $"{asOf:yyyy-MM-dd}"));

    public static Refusal DateRange(DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "loan.date-range", new Detail("first", $"{first:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"));
}
