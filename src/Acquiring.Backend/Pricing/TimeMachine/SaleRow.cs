using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>What of a journal row pricing needs. Amount and parts carry the sign of the row.</summary>
internal readonly record struct SaleRow(
    DateOnly Date, long AmountFen, FeeParts Booked, int FeePlanId, PlanTerm Term, short TariffRuleId, CardKind CardKind, PayType PayType)
{
    public static string Columns(string alias) =>
        $"{alias}.transaction_date, {alias}.amount_fen, {alias}.fee_fen, {alias}.issuer_fee_fen, {alias}.network_fee_fen, {alias}.fee_plan_id, "
        + $"{alias}.plan_term, {alias}.tariff_rule_id, {alias}.card_kind, {alias}.pay_type";

    public static SaleRow Read(CopyReader reader) => new(
        reader.Date(), reader.BigInt(), new(reader.BigInt(), reader.BigInt(), reader.BigInt()), reader.Integer(), new(reader.SmallInt()),
        reader.SmallInt(), (CardKind)reader.SmallInt(), (PayType)reader.SmallInt());
}
