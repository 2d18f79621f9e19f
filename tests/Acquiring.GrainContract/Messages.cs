using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Orleans;

namespace Acquiring.GrainContract;

[GenerateSerializer, Alias("contract.sale")]
public sealed record Sale([property: Id(0)] string Terminal, [property: Id(1)] long AmountFen, [property: Id(2)] DateOnly On);

/// <summary>Mutable on purpose: it shows whether sender and receiver share it.</summary>
[GenerateSerializer, Alias("contract.basket")]
public sealed class Basket
{
    [Id(0)]
    public List<string> Items { get; set; } = [];
}

[GenerateSerializer, Alias("contract.contact")]
public sealed class Contact
{
    [Id(0)]
    public string Firmware { get; set; } = "";

    [Id(1)]
    public int Beats { get; set; }
}

/// <summary>A message of the product's sort: our attribute outside, types of Core without any inside.</summary>
[GenerateSerializer, Alias("contract.answer")]
public sealed record Answer(
    [property: Id(0)] Refusal? Refusal,
    [property: Id(1)] LimitKind? Kind,
    [property: Id(2)] LimitBreach? Breach,
    [property: Id(3)] LimitTerms Terms,
    [property: Id(4)] VolumeUse Use,
    [property: Id(5)] MerchantNo Merchant,
    [property: Id(6)] IReadOnlyList<Detail> Details);
