using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <summary>
/// Reads the terms of plans that have rows of their own; all others are two card prices in the plan's own row. Equal terms are shared:
/// a branch has a handful of prices and a hundred thousand merchants.
/// </summary>
internal sealed class PlanTerms
{
    private readonly Dictionary<FeeTerms, FeeTerms> _shared = [];
    private readonly Dictionary<(CardKind, FeeTerms), FeeTerm> _simple = [];
    private readonly Dictionary<int, List<FeeTerm>> _byPlan = [];

    /// <summary>A row before its terms: what the plan's own columns say.</summary>
    public sealed record PlanRow(int FeePlanId, DateOnly EffectiveFrom, FeeTerms Debit, FeeTerms Credit);

    /// <param name="merchantId">Of one merchant; <c>null</c> is all.</param>
    /// <remarks>
    /// Read after the plans, a plan's terms are always there: both were written in one transaction. Terms of a plan not read are ignored.
    /// </remarks>
    public static async Task<PlanTerms> LoadAsync(NpgsqlConnection connection, int? merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select t.fee_plan_id, t.pay_type, t.card_kind, t.from_volume_fen, t.rate_per_ten_million, t.cap_fen, t.fixed_fen, t.min_fen
            from fee_plan_term t
            {(merchantId is null ? "" : "join fee_plan p on p.fee_plan_id = t.fee_plan_id and p.merchant_id = $1")}
            order by t.fee_plan_id, t.pay_type, t.card_kind, t.step
            """,
            connection);
        if (merchantId is { } one)
        {
            command.Parameters.Add(new() { Value = one });
        }

        var terms = new PlanTerms();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            terms.AddStep(
                reader.GetInt32(0), (PayType)reader.GetInt16(1), (CardKind)reader.GetInt16(2),
                new(reader.GetInt64(3), terms.Share(new(
                    new Rate(reader.GetInt64(4)), reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)))));
        }

        return terms;
    }

    public FeePlan PlanOf(PlanRow row) => _byPlan.TryGetValue(row.FeePlanId, out var own)
        ? new(row.FeePlanId, row.EffectiveFrom, own)
        : new(row.FeePlanId, row.EffectiveFrom, Simple(CardKind.Debit, row.Debit), Simple(CardKind.Credit, row.Credit));

    /// <summary>Reads rate and cap of debit, then of credit, from four columns in a row.</summary>
    public static PlanRow ReadRow(NpgsqlDataReader reader, int idColumn, int dateColumn, int firstTermColumn)
    {
        return new(reader.GetInt32(idColumn), reader.GetFieldValue<DateOnly>(dateColumn), Terms(firstTermColumn), Terms(firstTermColumn + 2));

        FeeTerms Terms(int column) => new(new Rate(reader.GetInt64(column)), reader.IsDBNull(column + 1) ? null : reader.GetInt64(column + 1));
    }

    private FeeTerm Simple(CardKind cardKind, FeeTerms terms)
    {
        if (!_simple.TryGetValue((cardKind, terms), out var term))
        {
            _simple.Add((cardKind, terms), term = new(PayType.Card, cardKind, [new(0, terms)]));
        }

        return term;
    }

    private void AddStep(int feePlanId, PayType payType, CardKind cardKind, FeeStep step)
    {
        if (!_byPlan.TryGetValue(feePlanId, out var terms))
        {
            _byPlan.Add(feePlanId, terms = []);
        }

        if (terms.Count > 0 && terms[^1].PayType == payType && terms[^1].CardKind == cardKind)
        {
            terms[^1] = terms[^1] with { Steps = [.. terms[^1].Steps, step] };
        }
        else
        {
            terms.Add(new(payType, cardKind, [step]));
        }
    }

    private FeeTerms Share(FeeTerms terms) => _shared.TryGetValue(terms, out var known) ? known : _shared[terms] = terms;
}
