using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>What is kept of a line beside its key.</summary>
/// <param name="IsOnline">It came as a notice. A clearing file tells the same transaction in other words: its times and references are its own.</param>
internal sealed record NoticeContent(
    bool IsOnline, long AmountFen, CardKind CardKind, CardMask Card, DateTime OccurredAt, string Reference, string OriginalReference,
    int? OriginalStan, PayType PayType)
{
    /// <summary>The names of the fields in which a notice differs from the first under its key.</summary>
    public static IReadOnlyList<string> Differences(ClearingLine line, NoticeContent first)
    {
        var fields = new List<string>();
        Add("amountFen", line.AmountFen != first.AmountFen);
        Add("cardKind", line.CardKind != first.CardKind && line.PayType == PayType.Card);
        Add("payType", first.IsOnline && line.PayType != first.PayType);
        Add("card", !line.Card.IsNone && !first.Card.IsNone && line.Card != first.Card);
        Add("occurredAt", first.IsOnline && line.OccurredAt != first.OccurredAt);
        Add("reference", first.IsOnline && line.Reference != first.Reference);
        Add("originalReference", AreComparable(line.OriginalReference, first.OriginalReference) && line.OriginalReference != first.OriginalReference);
        Add("originalStan", line.OriginalStan is { } stan && first.OriginalStan is { } firstStan && stan != firstStan);
        return fields;

        void Add(string field, bool differs)
        {
            if (differs)
            {
                fields.Add(field);
            }
        }

        // References of different forms prove nothing (LineTwin).
        static bool AreComparable(string a, string b) => a.Length > 0 && a.Length == b.Length;
    }
}
