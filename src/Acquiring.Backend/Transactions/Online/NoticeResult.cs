using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Clearing;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>What became of an accepted notice: posted, or held until its sale comes.</summary>
/// <param name="Batch"><c>null</c> where the notice named none.</param>
/// <param name="Price">Signed: positive is charged, negative is given back; <c>null</c> while held.</param>
/// <param name="PostedAt"><c>null</c> while held, and where a clearing file posted it first.</param>
/// <param name="HeldReason">Why it waits; <c>null</c> when posted.</param>
/// <param name="IsDuplicate">This notice changed nothing: it is answered with what became of the first.</param>
internal sealed record NoticeResult(
    string MerchantNo, string TerminalNo, int? Batch, int Stan, DateOnly TransactionDate, TransactionKind Kind, DateOnly BusinessDate,
    long AmountFen, PricedSale? Price, DateTimeOffset? PostedAt, string? HeldReason, bool IsDuplicate)
{
    public bool IsHeld => HeldReason is not null;

    public static NoticeResult Posted(ClearingLine line, JournalRow row, bool isDuplicate) => new(
        line.MerchantNo.Text, line.TerminalNo.Text, row.Key.Batch < 0 ? null : row.Key.Batch, row.Key.Stan, row.Key.Date, row.Key.Kind,
        row.BusinessDate, row.AmountFen, new(row.Fee, row.FeePlanId, row.PlanTerm, row.TariffRuleId), OnlineRow.PostedAt(row.FileId, row.LineNo), null, isDuplicate);

    public static NoticeResult Held(Candidate candidate) => new(
        candidate.Line.MerchantNo.Text, candidate.Line.TerminalNo.Text, candidate.Batch < 0 ? null : candidate.Batch, candidate.Line.Stan,
        candidate.Line.TransactionDate, candidate.Line.Kind, candidate.BusinessDate, candidate.Line.AmountFen, null, null,
        HoldReasons.CodeOf(candidate.HoldReason), false);
}
