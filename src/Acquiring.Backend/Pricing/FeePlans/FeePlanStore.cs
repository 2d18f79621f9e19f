using Acquiring.Core.Pricing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <summary>A plan with what its row says beside the prices.</summary>
internal sealed record StoredPlan(FeePlan Plan, string Source, DateTime CreatedAt, Guid? ProposalId, byte[]? ProposalFingerprint)
{
    public FeePlanAnswer Answer(bool inForce) => new(
        Plan.Id, Plan.EffectiveFrom == DateOnly.MinValue ? null : Plan.EffectiveFrom, inForce, Source, new(CreatedAt, TimeSpan.Zero), ProposalId,
        FeeTermAnswer.Of(Plan));
}

/// <summary>Reads and writes the plans of one merchant.</summary>
internal static class FeePlanStore
{
    public const string FromProposal = "proposal";

    public static async Task<int?> MerchantIdAsync(NpgsqlConnection connection, string merchantNo, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_id from merchant where merchant_no = $1", connection);
        command.Parameters.Add(new() { Value = merchantNo });
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    /// <summary>In order of their date.</summary>
    public static async Task<List<StoredPlan>> ListAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        var rows = new List<(PlanTerms.PlanRow Row, string Source, DateTime At, Guid? ProposalId, byte[]? Fingerprint)>();
        await using (var command = new NpgsqlCommand(
            """
            select fee_plan_id, effective_from, debit_rate_per_ten_million, debit_cap_fen, credit_rate_per_ten_million, credit_cap_fen,
                   source, created_at, proposal_id, proposal_fingerprint
            from fee_plan
            where merchant_id = $1
            order by effective_from
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = merchantId });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add((
                    PlanTerms.ReadRow(reader, 0, 1, 2), reader.GetString(6), reader.GetDateTime(7),
                    reader.IsDBNull(8) ? null : reader.GetGuid(8), reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9)));
            }
        }

        var terms = await PlanTerms.LoadAsync(connection, merchantId, cancellationToken);
        return [.. rows.Select(r => new StoredPlan(terms.PlanOf(r.Row), r.Source, r.At, r.ProposalId, r.Fingerprint))];
    }

    /// <summary>Writes the plan and its terms; returns its id.</summary>
    public static async Task<int> InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int merchantId, FeePlan plan, Guid proposalId, byte[] fingerprint,
        DateTime createdAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, debit_cap_fen, credit_rate_per_ten_million,
                                  credit_cap_fen, source, created_at, proposal_id, proposal_fingerprint)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            returning fee_plan_id
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = plan.EffectiveFrom });
        command.Parameters.Add(new() { Value = plan.Debit.Rate.PerTenMillion });
        command.Parameters.Add(new() { Value = (object?)plan.Debit.CapFen ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = plan.Credit.Rate.PerTenMillion });
        command.Parameters.Add(new() { Value = (object?)plan.Credit.CapFen ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = FromProposal });
        command.Parameters.Add(new() { Value = createdAt });
        command.Parameters.Add(new() { Value = proposalId });
        command.Parameters.Add(new() { Value = fingerprint });
        var feePlanId = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        await InsertTermsAsync(connection, transaction, feePlanId, plan.Terms, cancellationToken);
        return feePlanId;
    }

    private static async Task InsertTermsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int feePlanId, IReadOnlyList<FeeTerm> terms, CancellationToken cancellationToken)
    {
        var steps = terms.SelectMany(t => t.Steps.Select((s, i) => (Term: t, Step: s, No: (short)(i + 1)))).ToArray();
        await using var command = new NpgsqlCommand(
            """
            insert into fee_plan_term (fee_plan_id, pay_type, card_kind, step, from_volume_fen, rate_per_ten_million, fixed_fen, min_fen, cap_fen)
            select $1, * from unnest($2, $3, $4, $5, $6, $7, $8, $9)
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = feePlanId });
        Add(NpgsqlDbType.Smallint, s => (short)s.Term.PayType);
        Add(NpgsqlDbType.Smallint, s => (short)s.Term.CardKind);
        Add(NpgsqlDbType.Smallint, s => s.No);
        Add(NpgsqlDbType.Bigint, s => s.Step.FromVolumeFen);
        Add(NpgsqlDbType.Bigint, s => s.Step.Terms.Rate.PerTenMillion);
        Add(NpgsqlDbType.Bigint, s => s.Step.Terms.FixedFen);
        Add(NpgsqlDbType.Bigint, s => s.Step.Terms.MinFen);
        Add(NpgsqlDbType.Bigint, s => s.Step.Terms.CapFen);
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(NpgsqlDbType type, Func<(FeeTerm Term, FeeStep Step, short No), T> column) =>
            command.Parameters.Add(new() { Value = Array.ConvertAll(steps, s => column(s)), NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
