using System.Security.Cryptography;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <param name="ProposalId">Made by the client before it sends: the same request again answers with what it did.</param>
/// <param name="EffectiveFrom">The first date; without one the next business date that nothing was priced for yet.</param>
/// <param name="Terms">Needed: one for debit and one for credit cards; QR codes and wallets without one cost what the card of their kind costs.</param>
public sealed record FeePlanChangeRequest(Guid ProposalId, DateOnly? EffectiveFrom, IReadOnlyList<FeeTermDraft>? Terms);

/// <summary>
/// Gives a merchant another plan from a later business date on. The plan, its terms and the audit row are one transaction, under the
/// locks of the import (which compares plans) and of the journal's writers (which price by them).
/// </summary>
public sealed class ChangeFeePlan(NpgsqlDataSource dataSource, TimeProvider clock, ChangeCounter changes)
{
    public static readonly DateOnly EffectiveFromMax = new(2099, 12, 31);

    /// <summary>
    /// Refusals, in this order: no proposal id, a bad proposal, an unknown merchant, the same id with another proposal, a date too late,
    /// a date too early, a later plan. A timed-out call is repeated with the same id.
    /// </summary>
    public async Task<Result<FeePlanAnswer>> RunAsync(string merchantNo, FeePlanChangeRequest request, string actor, CancellationToken cancellationToken)
    {
        if (request.ProposalId == Guid.Empty)
        {
            return PricingRequestRefusals.ProposalIdMissing();
        }

        if (!FeePlanDraft.Read(request.Terms).Accepted(out var terms, out var bad))
        {
            return bad;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await FeePlanStore.MerchantIdAsync(connection, merchantNo, cancellationToken) is not { } merchantId)
        {
            return PricingRequestRefusals.UnknownMerchant(merchantNo);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        await IngestLock.TakeAsync(connection, cancellationToken);

        var fingerprint = FingerprintOf(merchantNo, request.EffectiveFrom, terms);
        var today = BusinessTime.Today(clock);
        var plans = await FeePlanStore.ListAsync(connection, merchantId, cancellationToken);
        if (await IsUsedAsync(connection, request.ProposalId, cancellationToken))
        {
            return plans.Find(p => p.ProposalId == request.ProposalId) is { } done && done.ProposalFingerprint.AsSpan().SequenceEqual(fingerprint)
                ? done.Answer(IsInForce(plans, done.Plan.Id, today))
                : PricingRequestRefusals.ProposalDiffers(request.ProposalId);
        }

        var earliest = (await PricedThrough.OfAsync(connection, merchantId, today, cancellationToken)).AddDays(1);
        var effectiveFrom = request.EffectiveFrom ?? earliest;
        if (Misdated(effectiveFrom, earliest, plans) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var plan = new FeePlan(0, effectiveFrom, terms);
        var feePlanId = await FeePlanStore.InsertAsync(connection, transaction, merchantId, plan, request.ProposalId, fingerprint, now, cancellationToken);
        var stored = new StoredPlan(new FeePlan(feePlanId, effectiveFrom, terms), FeePlanStore.FromProposal, now, request.ProposalId, fingerprint);
        var answer = stored.Answer(inForce: false);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "fee-plan.change", merchantNo,
            new { feePlanId, effectiveFrom, request.ProposalId, answer.Terms }, cancellationToken);
        // Announced under the lock: no line may be priced between the commit and its announcement.
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return answer;
    }

    private static Refusal? Misdated(DateOnly effectiveFrom, DateOnly earliest, List<StoredPlan> plans) =>
        effectiveFrom > EffectiveFromMax ? PricingRequestRefusals.TooLate(effectiveFrom, EffectiveFromMax)
        : effectiveFrom < earliest ? PricingRequestRefusals.TooEarly(effectiveFrom, earliest)
        : plans.Count > 0 && plans[^1].Plan.EffectiveFrom >= effectiveFrom
            ? PricingRequestRefusals.LaterPlan(effectiveFrom, plans[^1].Plan.EffectiveFrom)
            : null;

    internal static bool IsInForce(List<StoredPlan> plans, int feePlanId, DateOnly today) =>
        FeePlan.InForce([.. plans.Select(p => p.Plan)], today)?.Id == feePlanId;

    private static async Task<bool> IsUsedAsync(NpgsqlConnection connection, Guid proposalId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from fee_plan where proposal_id = $1)", connection);
        command.Parameters.Add(new() { Value = proposalId });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static byte[] FingerprintOf(string merchantNo, DateOnly? effectiveFrom, IReadOnlyList<FeeTerm> terms) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { merchantNo, effectiveFrom, terms }));
}
