using Orleans;

namespace Acquiring.Standalone.Tests.Grains.Contract;

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
