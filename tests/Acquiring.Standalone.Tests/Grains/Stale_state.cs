using Acquiring.Standalone.Grains.Storage;
using Acquiring.GrainContract;
using Orleans.Storage;

namespace Acquiring.Standalone.Tests.Grains;

public sealed class Stale_state
{
    [Fact]
    public async Task Two_runtimes_on_one_store_one_writer_is_refused_and_then_reads_the_truth()
    {
        var store = new InMemoryGrainStateStore();
        await using var here = new StandaloneGrainHost(store);
        await using var there = new StandaloneGrainHost(store);
        var mine = here.Grains.GetGrain<IDeviceGrain>("t:10000081");
        var theirs = there.Grains.GetGrain<IDeviceGrain>("t:10000081");
        await mine.Beat("mine");
        await theirs.Beat("theirs"); // read version 1, wrote version 2

        var refusal = await Should.ThrowAsync<InconsistentStateException>(() => mine.Beat("mine again"));

        (refusal.CurrentEtag, refusal.StoredEtag).ShouldBe(("1", "2"));
        var contact = await mine.Contact();
        (contact.Firmware, contact.Beats).ShouldBe(("theirs", 2));
        await mine.Beat("mine at last");
        (await mine.Contact()).Beats.ShouldBe(3);
    }

    [Fact]
    public async Task A_stale_writer_is_refused_after_a_clear_too()
    {
        var store = new InMemoryGrainStateStore();
        await using var here = new StandaloneGrainHost(store);
        await using var there = new StandaloneGrainHost(store);
        await here.Grains.GetGrain<IDeviceGrain>("t:1x").Beat("v1");
        await there.Grains.GetGrain<IDeviceGrain>("t:1x").Beat("v2");
        await there.Grains.GetGrain<IDeviceGrain>("t:1x").Forget();

        await Should.ThrowAsync<InconsistentStateException>(() => here.Grains.GetGrain<IDeviceGrain>("t:1x").Beat("v3"));
    }

    [Fact]
    public async Task A_key_that_Orleans_would_store_as_a_number_is_refused()
    {
        await using var host = new StandaloneGrainHost();

        var refused = await Should.ThrowAsync<ArgumentException>(() => host.Grains.GetGrain<IDeviceGrain>("abd1e275").IsStored());

        refused.Message.ShouldContain("Give it a prefix");
    }
}
