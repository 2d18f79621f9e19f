using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>
/// What a line asks its merchant's grain to set aside, and the name of that reservation afterwards: two lines of one content are one
/// reservation, so a notice that is repeated while the first is under way counts once.
/// </summary>
/// <param name="Reference">Tells lines apart that name no batch (see <see cref="LineTwin"/>).</param>
[GenerateSerializer]
public sealed record LineReservation(
    [property: Id(0)] int MerchantId,
    [property: Id(1)] int TerminalId,
    [property: Id(2)] int Batch,
    [property: Id(3)] int Stan,
    [property: Id(4)] DateOnly TransactionDate,
    [property: Id(5)] TransactionKind Kind,
    [property: Id(6)] PayType PayType,
    [property: Id(7)] CardKind CardKind,
    [property: Id(8)] long AmountFen,
    [property: Id(9)] string Reference)
{
    public VolumeUse Use => new(AmountFen, 1);
}

/// <summary>What the grain says. Exactly one of refused and accepted.</summary>
/// <param name="FeePlanId">The plan that prices the line; 0 when no plan is in force, and the line is refused.</param>
/// <param name="FeeFen">The fee of a sale by that plan; 0 for what gives back.</param>
/// <param name="IsTracked">The line is counted, so the grain must be told when it does not post.</param>
/// <param name="Breach">The limit that a sale would pass.</param>
/// <param name="BreachOf">Whose limit: a pay type's, or <c>null</c> for all together.</param>
/// <param name="Fence">Of a sale that is counted: the token it was judged under (<see cref="LimitFences"/>); else 0.</param>
[GenerateSerializer]
public sealed record ReserveAnswer(
    [property: Id(0)] int FeePlanId,
    [property: Id(1)] long FeeFen,
    [property: Id(2)] bool IsTracked,
    [property: Id(3)] LimitBreach? Breach,
    [property: Id(4)] PayType? BreachOf,
    [property: Id(5)] long Fence = 0);
