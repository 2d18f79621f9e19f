using Acquiring.Core.Refusals;
using Acquiring.GrainContract;
using Acquiring.Standalone.Grains;

namespace Acquiring.Standalone.Tests.Grains;

/// <summary>The contract's isolation holds where only what can change is copied.</summary>
public sealed class Sharing_what_cannot_change : Sending
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => Task.FromResult<IGrainHost>(
        new StandaloneGrainHost(configure: options => options.Copying = MessageCopying.WhatCanChange));

    [Fact]
    public async Task A_record_of_values_is_passed_as_it_is()
    {
        var sale = new Sale("10000081", 12_345, new DateOnly(2026, 11, 21));

        (await Grain<IWorkerGrain>("a").Echo(sale)).ShouldBeSameAs(sale);
    }

    [Fact]
    public async Task A_record_that_holds_a_list_is_copied()
    {
        var sent = Refusal.Of(RefusalKind.Rule, "contract.no-room", new Detail("a", "1"));

        (await Grain<IEchoGrain>("a").Refusal(sent)).ShouldNotBeSameAs(sent);
    }
}
