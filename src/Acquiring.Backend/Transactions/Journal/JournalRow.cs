using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>The natural key of a posted line in narrow numbers; with the turn it is the journal's primary key.</summary>
internal readonly record struct JournalKey(DateOnly Date, int TerminalId, int Stan, TransactionKind Kind, int Batch, int MerchantId);

/// <summary>One row of the journal. Amount and fee carry the sign of what the row does; see the migration for each column.</summary>
internal sealed record JournalRow
{
    public required JournalKey Key { get; init; }

    /// <summary>Even: the row posts the line. Odd: it takes the row of the turn before exactly back.</summary>
    public required short Turn { get; init; }

    /// <summary>Local business time.</summary>
    public required DateTime OccurredAt { get; init; }

    public required DateOnly BusinessDate { get; init; }

    public required long AmountFen { get; init; }

    /// <summary>The change of the merchant's fee and of the issuer's and network's parts of it.</summary>
    public required FeeParts Fee { get; init; }

    public long? DeclaredFeeFen { get; init; }

    public CardMask Card { get; init; }

    public byte[]? CardReference { get; init; }

    public required CardKind CardKind { get; init; }

    public required PayType PayType { get; init; }

    public required string Reference { get; init; }

    public required int FileId { get; init; }

    public required int LineNo { get; init; }

    public required int FeePlanId { get; init; }

    public required short PlanTerm { get; init; }

    public required short TariffRuleId { get; init; }

    /// <summary>Of a refund or reversal: the sale it gives back.</summary>
    public JournalKey? Original { get; init; }

    public bool IsLive => Turn % 2 == 0;

    /// <summary>The row that takes this one back, on a business date that is still open.</summary>
    public JournalRow TakenBack(DateOnly businessDate) => this with
    {
        Turn = (short)(Turn + 1),
        BusinessDate = businessDate,
        AmountFen = -AmountFen,
        Fee = Fee.Negated,
    };

    public ReturnedPart AsReturnedPart() => new(OccurredAt, Key.TerminalId, Key.Stan, Key.Batch, Key.Kind, AmountFen);
}
