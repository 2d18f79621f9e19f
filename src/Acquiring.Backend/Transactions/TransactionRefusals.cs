using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Transactions;

/// <summary>Refusals that several acts of the module share.</summary>
internal static class TransactionRefusals
{
    /// <summary>Free text is kept for good (audit, journal), so a card number must not enter it.</summary>
    public static Refusal CardInText(string field) => Refusal.Of(RefusalKind.Invalid, "transactions.card-in-text", new Detail("field", field));
}
