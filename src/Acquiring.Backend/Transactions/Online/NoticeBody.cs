using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>A notice as gateways send it. A field that is not named here is refused.</summary>
/// <remarks>Documentation only: it is read by hand.</remarks>
/// <param name="MerchantNo">15 letters or digits.</param>
/// <param name="TerminalNo">8 letters or digits.</param>
/// <param name="Stan">0 to 999999.</param>
/// <param name="OccurredAt">With its offset; to the second.</param>
/// <param name="Kind"><c>sale</c>, <c>void</c>, <c>refund</c> or <c>reversal</c>.</param>
/// <param name="AmountFen">1 to 999999999999.</param>
/// <param name="CardKind"><c>debit</c> or <c>credit</c>; needed for pay type <c>card</c>.</param>
/// <param name="Batch">0 to 999999; left out where the terminal has none, it matches any.</param>
/// <param name="PayType"><c>card</c> (default), <c>qr</c> or <c>wallet</c>.</param>
/// <param name="Card">Masked: first six, stars, last four.</param>
/// <param name="Reference">At most 21 letters, digits or hyphens.</param>
/// <param name="OriginalReference">Of what gives back: the sale's reference.</param>
/// <param name="OriginalStan">Or its STAN, together with its time, where there is no reference.</param>
/// <param name="OriginalOccurredAt">The sale's time, with its offset; only its date counts.</param>
internal sealed record NoticeBody(
    string MerchantNo, string TerminalNo, int Stan, DateTimeOffset OccurredAt, string Kind, long AmountFen, CardKind? CardKind = null,
    int? Batch = null, PayType? PayType = null, string? Card = null, string? Reference = null, string? OriginalReference = null,
    int? OriginalStan = null, DateTimeOffset? OriginalOccurredAt = null);

/// <summary>What became of a notice. What is not known is left out.</summary>
/// <remarks>Documentation only: it is written by hand.</remarks>
/// <param name="State"><c>posted</c>, or <c>held</c> until its sale comes.</param>
/// <param name="Duplicate">It was known: the rest tells what became of the first.</param>
/// <param name="BusinessDate">The business date it belongs to; the next open one when its own is closed.</param>
/// <param name="AmountFen">As sent.</param>
/// <param name="Reason">Why it is held, such as <c>sale-unknown</c>.</param>
/// <param name="FeeFen">Positive is charged, negative is given back.</param>
/// <param name="Parts">Left out where no tariff is known.</param>
/// <param name="FeePlanId">Which fee plan of the merchant made the fee; GET /fee-explanations tells more.</param>
/// <param name="PlanTerm">Which term and step of the plan made the fee.</param>
/// <param name="TariffRuleId">Which tariff rule made the parts; 0 where none is known.</param>
/// <param name="PostedAt">Left out where a clearing file posted it.</param>
internal sealed record NoticeAnswer(
    string State, bool Duplicate, NoticeKey Key, DateOnly BusinessDate, long AmountFen, string? Reason, long? FeeFen, FeePartsAnswer? Parts,
    int? FeePlanId, int? PlanTerm, int? TariffRuleId, DateTimeOffset? PostedAt);

/// <summary>Who gets the fee; together they are the fee.</summary>
/// <param name="IssuerFen">The card issuer's part.</param>
/// <param name="NetworkFen">The clearing network's part.</param>
/// <param name="AcquirerFen">The rest, ours; negative where the merchant pays less than the sale costs.</param>
internal sealed record FeePartsAnswer(long IssuerFen, long NetworkFen, long AcquirerFen);

/// <summary>The natural key; a void is kept as a reversal.</summary>
/// <param name="Batch">Left out where the notice named none.</param>
/// <param name="TransactionDate">The China date of <c>occurredAt</c>.</param>
internal sealed record NoticeKey(string MerchantNo, string TerminalNo, int? Batch, int Stan, DateOnly TransactionDate, TransactionKind Kind);
