using Acquiring.Backend.Merchants.Attributes;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Mcc;

/// <summary>
/// Gives a merchant another MCC from the next business date that nothing was priced for yet. What was priced keeps the rules of its time,
/// since issuer's and network's parts hang on the MCC of the transaction's date.
/// </summary>
public sealed class ChangeMcc(MerchantActs acts)
{
    public const string Act = "changeMcc";

    /// <summary>
    /// Refuses, in this order: the MCC, what it mainly sells, the evidence; what every act on a merchant refuses; the MCC it has already;
    /// a change that begins later. A disguise that something speaks for is told and does not stop it.
    /// </summary>
    public async Task<Result<MccChange>> RunAsync(string merchantNo, MccOrder order, CancellationToken cancellationToken)
    {
        if (order.Check() is { } bad)
        {
            return bad;
        }

        var act = new ActOnMerchant<MccChange>(merchantNo, Act, order.Version, order.Evidence, order.Actor, order.Key, ChangesRegistry: true);
        return await acts.RunAsync(act, async scope =>
        {
            var (connection, merchantId) = (scope.Connection, scope.Merchant.MerchantId);
            var (name, latest) = await RecordAsync(connection, merchantId, cancellationToken);
            if (latest == order.Mcc)
            {
                return Refusal.Of(RefusalKind.Conflict, "mcc.same", new Detail("mcc", latest));
            }

            var history = await MccRows.OfAsync(connection, merchantId, cancellationToken);
            var from = (await PricedThrough.OfAsync(connection, merchantId, scope.Today, cancellationToken)).AddDays(1);
            if (history is { Changes: [.., var last] } && last.From > from)
            {
                return Refusal.Of(
                    RefusalKind.Conflict, "mcc.later", new Detail("mcc", last.Mcc), new Detail("from", $"{last.From:yyyy-MM-dd}"));
            }

            var tariffs = await TariffStore.LoadAsync(connection, cancellationToken);
            var attributes = await AttributeRows.LiveAsync(connection, merchantId, cancellationToken);
            var before = history?.On(from.AddDays(-1)) ?? latest;
            var suspicion = MccArbitrage.Judge(
                new(order.Mcc, tariffs.IsWholesale(order.Mcc), name, order.MainBusiness, before, Is4S(attributes.On(from))), default, new());
            await SaveAsync(scope, order, from, history?.Latest ?? latest, cancellationToken);
            return new ActDone<MccChange>(
                new(merchantNo, scope.Version, order.Mcc, latest, from, suspicion),
                new { order.Mcc, before = latest, effectiveFrom = from, order.MainBusiness, warned = suspicion?.SuspectedMcc });
        }, cancellationToken);
    }

    internal static bool Is4S(IEnumerable<ConfirmedAttribute> attributes) =>
        attributes.Any(a => a.Claim is { Attribute: MerchantAttribute.Authorised4S, Value: "true" });

    private static async Task<(string Name, string Mcc)> RecordAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select name, mcc from merchant where merchant_id = $1", connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetString(1));
    }

    private static async Task SaveAsync(ActScope scope, MccOrder order, DateOnly from, string before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with changed as (
                update merchant set mcc = $4, imported_mcc = coalesce(imported_mcc, mcc) where merchant_id = $1
            )
            insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
            values ($1, $2, $3, $4, $5, $6, $7, 'act', $8, $9)
            """,
            scope.Connection);
        foreach (var value in (ReadOnlySpan<object>)
            [scope.Merchant.MerchantId, scope.Version, from, order.Mcc, before, order.MainBusiness, order.Evidence, order.Actor, scope.NowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
