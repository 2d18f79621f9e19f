using System.Text.Json;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Merchants;

/// <summary>Why an act on a merchant is not done.</summary>
public static class MerchantRefusals
{
    public static Refusal IllegalStep(MerchantAct act, MerchantState state)
    {
        var legal = MerchantStanding.LegalFrom(state);
        return legal.Count == 0
            ? Refusal.Of(RefusalKind.Conflict, "merchant.closed", new Detail("act", Word(act)))
            : Refusal.Of(
                RefusalKind.Conflict, "merchant.illegal-step", new Detail("act", Word(act)), new Detail("state", Word(state)),
                new Detail("legal", string.Join(", ", legal.Select(Word))));
    }

    /// <summary>For acts that are no step of the standing.</summary>
    public static Refusal IsClosed(string act) => Refusal.Of(RefusalKind.Conflict, "merchant.closed", new Detail("act", act));

    public static Refusal NoSuchHold(int holdNo, IEnumerable<int> open) => Refusal.Of(
        RefusalKind.NotFound, "merchant.no-such-hold", new Detail("hold", $"{holdNo}"), new Detail("open", string.Join(", ", open)));

    public static Refusal TooManyHolds(int max) => Refusal.Of(RefusalKind.Conflict, "merchant.too-many-holds", new Detail("max", $"{max}"));

    public static Refusal Unknown(string merchantNo) =>
        Refusal.Of(RefusalKind.NotFound, "merchant.unknown", new Detail("merchantNo", merchantNo));

    /// <summary>A text that must say something: 1 to <paramref name="max"/> characters.</summary>
    public static Refusal Text(string field, int max) =>
        Refusal.Of(RefusalKind.Invalid, "merchant.text", new Detail("field", field), new Detail("max", $"{max}"));

    public static Refusal NoScope(IEnumerable<RestrictionScope> scopes) => Refusal.Of(
        RefusalKind.Invalid, "merchant.no-scope", new Detail("scopes", string.Join(", ", scopes.Select(Word))));

    /// <summary>The word of a state, an act or a scope, as it is stored and shown.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
