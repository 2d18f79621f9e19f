using System.Security.Cryptography;
using System.Text.Json;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Merchants.Handover;

/// <summary>
/// Puts many merchants into other hands in one transaction: locked in the order of their keys, each judged by the hands it is in at that
/// moment, with its own step and event and one audit row for all. Nothing is left behind by one that broke off; repeat it under its id.
/// </summary>
public sealed class HandOverMerchants(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    private const string Act = "handOver";

    /// <summary>
    /// Refuses, in this order: what <see cref="HandOverMerchantsRequest.Check"/> refuses, an id used for something else, an unknown or inactive
    /// manager, an unknown branch, more merchants than may be. What single merchants are refused for is in the answer.
    /// </summary>
    public async Task<Result<HandoverDone>> RunAsync(HandOverMerchantsRequest request, string actor, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        if (request.Check(today) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            // The import compares branches; it also makes two handovers wait for each other.
            wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, PlatformJson.Options));
        var first = await HandoverRows.FirstAsync(connection, request.HandoverId, fingerprint, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        if (!(await HandoverRows.ToAsync(connection, request.To!, cancellationToken)).Accepted(out var to, out var nobody))
        {
            return nobody;
        }

        var on = request.EffectiveOn ?? today;
        var merchants = await HandoverRows.LockAsync(connection, request, cancellationToken);
        if (merchants.Count > HandOverMerchantsRequest.MerchantsMax)
        {
            return Refusal.Of(RefusalKind.TooLarge, "handover.too-many", new Detail("max", $"{HandOverMerchantsRequest.MerchantsMax}"));
        }

        var items = merchants.Select(m => Judge(m, request.From, to, on, today)).ToList();
        if (request.MerchantNos is { } asked)
        {
            var known = merchants.Select(m => m.MerchantNo).ToHashSet(StringComparer.Ordinal);
            items.AddRange(asked.OfType<string>().Distinct(StringComparer.Ordinal).Where(no => !known.Contains(no))
                .Select(no => new HandoverItem(no, HandoverItemState.Refused, "merchant.unknown", null)));
        }

        var refused = items.Count(i => i.State == HandoverItemState.Refused);
        var applied = !request.DryRun && !(request.AllOrNothing && refused > 0);
        var done = new HandoverDone(
            request.HandoverId, on, request.DryRun, applied, to.ManagerCode, to.BranchCode!, items.Count(i => i.State == HandoverItemState.Done),
            items.Count(i => i.State == HandoverItemState.Unchanged), refused, items);
        if (!applied)
        {
            return done with { Items = [.. items.Select(i => i with { Version = null })] };
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var moving = items.Where(i => i.State == HandoverItemState.Done).Select(i => i.MerchantNo).ToArray();
        await HandoverRows.SaveAsync(connection, moving, request, to, on, actor, now, cancellationToken);
        await HandoverRows.KeepAsync(connection, done, fingerprint, actor, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, $"merchant.{Act}", $"{request.HandoverId}",
            new { done.Done, done.Unchanged, done.Refused, to.ManagerCode, to.BranchCode, effectiveOn = on, request.Why }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.AdvanceOnline();
        return done;
    }

    private static HandoverItem Judge(CaredMerchant m, CareParty? from, CareParty to, DateOnly on, DateOnly today)
    {
        var code = m.State == MerchantState.Closed ? "handover.closed"
            : (from?.ManagerCode is { } manager && manager != m.ManagerCode) || (from?.BranchCode is { } branch && branch != m.BranchCode)
                ? "handover.other-hands"
            : m.CareFrom > on ? "handover.later"
            : on > today && to.BranchCode != m.BranchCode ? "handover.branch-later"
            : "";
        return code.Length > 0 ? new(m.MerchantNo, HandoverItemState.Refused, code, null)
            : (m.ManagerCode, m.BranchCode) == (to.ManagerCode, to.BranchCode) ? new(m.MerchantNo, HandoverItemState.Unchanged, "", null)
            : new(m.MerchantNo, HandoverItemState.Done, "", m.Version + 1);
    }
}

/// <summary>A merchant in the hands it is in, locked.</summary>
/// <param name="CareFrom">Since when; before all dates where nobody was ever named.</param>
internal sealed record CaredMerchant(
    string MerchantNo, MerchantState State, int Version, string? ManagerCode, string BranchCode, DateOnly CareFrom);
