using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Merchants.Attributes;

/// <summary>Confirms, corrects or revokes an attribute. Nothing is overwritten: who asks later sees what was believed, and until when.</summary>
public sealed class ChangeAttribute(MerchantActs acts)
{
    /// <summary>
    /// Refuses, in this order: why, the claim itself, what every act on a merchant refuses, then what the attributes it has refuse.
    /// Repeated under its key, it answers as the first time.
    /// </summary>
    public async Task<Result<MerchantAttributeChangeAnswer>> RunAsync(string merchantNo, AttributeOrder order, CancellationToken cancellationToken)
    {
        if (order.Check() is { } bad)
        {
            return bad;
        }

        var act = new ActOnMerchant<MerchantAttributeChangeAnswer>(
            merchantNo, MerchantRefusals.Word(order.Act), order.Version, order.Why, order.Actor, order.Key, ChangesRegistry: false);
        return await acts.RunAsync(act, async scope =>
        {
            var live = await AttributeRows.LiveAsync(scope.Connection, scope.Merchant.MerchantId, cancellationToken);
            if (!Decide(live, order, scope.Today).Accepted(out var change, out var refusal))
            {
                return refusal;
            }

            await AttributeRows.SaveAsync(
                scope.Connection, scope.Merchant.MerchantId, change, scope.Version, order.Actor, scope.NowUtc, cancellationToken);
            var row = change.Comes is { } c
                ? new MerchantAttributeAnswer(
                    scope.Version, c.Attribute, c.Value, c.Document, c.ValidFrom, c.ValidTo, change.Ends?.No, order.Actor,
                    new DateTimeOffset(scope.NowUtc), null)
                : null;
            var attribute = (change.Comes ?? change.Ends!.Claim).Attribute;
            return new ActDone<MerchantAttributeChangeAnswer>(
                new(merchantNo, scope.Version, change.Ends?.No, row),
                new { attribute, ended = change.Ends?.No, change.Comes?.Value, change.Comes?.Document, change.Comes?.ValidFrom, change.Comes?.ValidTo });
        }, cancellationToken);
    }

    private static Result<AttributeChange> Decide(MerchantAttributes live, AttributeOrder order, DateOnly today) => order.Act switch
    {
        AttributeAct.ConfirmAttribute => live.Confirm(order.Claim!),
        AttributeAct.CorrectAttribute => live.Correct(order.No, order.Claim!),
        AttributeAct.RevokeAttribute => live.Revoke(order.No, order.From ?? today),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order.Act, null),
    };
}
