using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>A merchant's limits and what is used of them now, lines under way included; a message between grains.</summary>
/// <param name="Version">Hand it back when setting limits; 0 before the first.</param>
[GenerateSerializer]
public sealed record LimitsInUse(
    [property: Id(0)] DateOnly On,
    [property: Id(1)] int Version,
    [property: Id(2)] IReadOnlyList<LimitInUse> InForce,
    [property: Id(3)] IReadOnlyList<MerchantLimit> Coming);

/// <param name="PayType"><c>null</c> is all pay types together.</param>
[GenerateSerializer]
public sealed record LimitInUse(
    [property: Id(0)] PayType? PayType,
    [property: Id(1)] LimitTerms Terms,
    [property: Id(2)] VolumeUse Day,
    [property: Id(3)] VolumeUse Month);
