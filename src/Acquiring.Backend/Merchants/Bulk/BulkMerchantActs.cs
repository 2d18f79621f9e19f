using System.Text.Json;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.Bulk;
using Acquiring.Backend.Registry;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Bulk;

/// <summary>What is done to each merchant; kept with the bulk act.</summary>
internal sealed record BulkMerchantStep(MerchantAct Act, string Why, string Cure, IReadOnlyList<RestrictionScope>? Scopes);

/// <summary>
/// Restricts, suspends, lifts or closes many merchants in one transaction, each decided by the same core as alone and saved with its
/// expected version. It writes the rows directly, as an import does; live grains read again after the commit.
/// </summary>
internal sealed class BulkMerchantActs(ChangeCounter changes, TimeProvider clock) : IBulkTarget
{
    public string Kind => "merchants";

    public async Task<IReadOnlyList<BulkOutcome>> TakeAsync(
        NpgsqlConnection connection, BulkOrder order, IReadOnlyList<BulkItem> items, BulkMode mode, CancellationToken cancellationToken)
    {
        if (mode != BulkMode.Preview)
        {
            await TakeMerchantStep.LockRegistryAsync(connection, cancellationToken);
        }

        var asked = JsonSerializer.Deserialize<BulkMerchantStep>(order.Request, PlatformJson.Options)!;
        var present = await BulkMerchantRows.LoadAsync(connection, [.. items.Select(i => i.Key)], mode != BulkMode.Preview, cancellationToken);
        var blacklisted = asked.Act == MerchantAct.Lift
            ? await BulkMerchantRows.BlacklistedAsync(connection, [.. present.Values.Select(m => m.MerchantId)], cancellationToken)
            : new Dictionary<int, Refusal>();
        var now = clock.GetUtcNow();
        var outcomes = new List<BulkOutcome>(items.Count);
        var taken = new List<BulkMerchantChange>();
        foreach (var item in items)
        {
            if (!Judge(item, asked, order.Actor, present, now).Accepted(out var change, out var refusal))
            {
                outcomes.Add(new(item.ItemNo, 0, refusal));
                continue;
            }

            if (blacklisted.TryGetValue(change.Before.MerchantId, out var caseOpen))
            {
                outcomes.Add(new(item.ItemNo, 0, caseOpen));
                continue;
            }

            taken.Add(change);
            outcomes.Add(new(item.ItemNo, change.Version, null));
        }

        if (taken.Count == 0 || mode == BulkMode.Preview || (mode == BulkMode.AllOrNothing && taken.Count < items.Count))
        {
            return outcomes;
        }

        await BulkMerchantRows.SaveAsync(connection, taken, now.UtcDateTime, cancellationToken);
        if (asked.Act == MerchantAct.Close)
        {
            await ReturnTheirMachinesAsync(connection, taken, now.UtcDateTime, cancellationToken);
            await DecideBlacklistCase.ClearOfAsync(
                connection, [.. taken.Select(t => t.Before.MerchantId)], asked.Why, order.Actor, now.UtcDateTime, cancellationToken);
        }

        await BulkMerchantRows.TellAsync(connection, taken, now.UtcDateTime, cancellationToken);
        // Announced under the lock: no notice may pass between the commit and its announcement.
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        return outcomes;
    }

    /// <summary>In this order: unknown, an old version, no hold or more than one to lift, an illegal step.</summary>
    private static Result<BulkMerchantChange> Judge(
        BulkItem item, BulkMerchantStep asked, string actor, IReadOnlyDictionary<string, StoredMerchant> present, DateTimeOffset now)
    {
        if (!present.TryGetValue(item.Key, out var merchant))
        {
            return MerchantRefusals.Unknown(item.Key);
        }

        if (merchant.Version != item.Version)
        {
            return IfMatch.Stale(item.Version, merchant.Version);
        }

        var hold = item.Part;
        if (asked.Act == MerchantAct.Lift && hold == 0 && merchant.Standing.Holds.Count > 0)
        {
            if (merchant.Standing.Holds.Count > 1)
            {
                return Refusal.Of(
                    RefusalKind.Conflict, "merchant.which-hold",
                    new Detail("open", string.Join(", ", merchant.Standing.Holds.Select(h => h.HoldNo))));
            }

            hold = merchant.Standing.Holds[0].HoldNo;
        }

        var step = new MerchantStep(asked.Act, item.Version, asked.Why, actor, Key: null, asked.Scopes, asked.Cure, hold);
        return TakeMerchantStep.Decide(merchant.Standing, step, merchant.Version + 1, now).Accepted(out var standing, out var illegal)
            ? new BulkMerchantChange(item.Key, merchant, standing, step, merchant.Version + 1)
            : illegal;
    }

    private static async Task ReturnTheirMachinesAsync(
        NpgsqlConnection connection, IReadOnlyList<BulkMerchantChange> taken, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var holders = await BulkMerchantRows.HoldersAsync(connection, [.. taken.Select(t => t.Before.MerchantId)], cancellationToken);
        foreach (var closed in taken.Where(t => holders.Contains(t.Before.MerchantId)).OrderBy(t => t.Before.MerchantId))
        {
            await ReturnMachines.RunAsync(connection, closed.Before.MerchantId, closed.MerchantNo, closed.Step.Actor, nowUtc, cancellationToken);
        }
    }
}
