using Orleans.Runtime;

namespace Acquiring.GrainContract;

/// <summary>Its runtime is its own, since it stops it.</summary>
public class Stopping : ContractTest
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.StartOwnAsync();

    [Fact(Timeout = 120_000)]
    public async Task A_running_call_ends_then_its_grain_is_told_and_saves()
    {
        var worker = Grain<IWorkerGrain>("a");
        var idle = Grain<IWorkerGrain>("b");
        await idle.Key();
        var running = worker.NoteAfter(Key("go"), 1);
        await Signals.Raised(Key("go") + ":started");

        var stop = Host.StopAsync();
        await Signals.Raised(Key("b") + ":ended");
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin"]);
        Signals.Raise(Key("go"));
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        await running;

        Signals.NotesOf(Key("a")).ShouldBe(["1"]);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin", "end ShuttingDown"]);
        Signals.NotesOf(Key("b") + ":life").ShouldBe(["begin", "end ShuttingDown"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_calls_afterwards_is_refused_and_not_left_waiting()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.Key();
        await Host.StopAsync();

        await Should.ThrowAsync<Exception>(() => worker.Key().WaitAsync(TimeSpan.FromSeconds(40)));
    }
}
