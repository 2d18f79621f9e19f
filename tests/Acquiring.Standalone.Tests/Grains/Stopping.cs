using Acquiring.GrainContract;
using Orleans.Runtime;

namespace Acquiring.Standalone.Tests.Grains;

public sealed class Stopping
{
    private readonly string _key = $"m:{Guid.CreateVersion7():N}";

    [Fact(Timeout = 60_000)]
    public async Task Calls_that_wait_are_answered_then_every_grain_is_deactivated_and_new_calls_are_refused()
    {
        await using var host = new StandaloneGrainHost();
        var worker = host.Grains.GetGrain<IWorkerGrain>(_key);
        var running = worker.WaitFor(_key + "go");
        await Signals.Raised(_key + "go:started");
        var waiting = worker.AddSlowly(7);

        var stop = host.StopAsync();
        await Should.ThrowAsync<SiloUnavailableException>(() => worker.Key());
        Signals.Raise(_key + "go");
        await stop.WaitAsync(TimeSpan.FromSeconds(20));

        await running;
        (await waiting).ShouldBe(7);
        Signals.NotesOf(_key + ":life").ShouldBe(["begin", "end ShuttingDown"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_grain_that_never_returns_does_not_hold_up_the_stop_for_ever()
    {
        await using var host = new StandaloneGrainHost();
        var worker = host.Grains.GetGrain<IWorkerGrain>(_key);
        var stuck = worker.WaitFor(_key + "never");
        await Signals.Raised(_key + "never:started");
        var behind = worker.Key();

        var stop = host.StopAsync();
        host.Advance(TimeSpan.FromSeconds(19));
        stop.IsCompleted.ShouldBeFalse();
        host.Advance(TimeSpan.FromSeconds(2));
        await stop.WaitAsync(TimeSpan.FromSeconds(20));

        await Should.ThrowAsync<SiloUnavailableException>(() => stuck);
        await Should.ThrowAsync<SiloUnavailableException>(() => behind);
        host.Log.Lines.ShouldContain($"Warning: WorkerGrain \"{_key}\" was given up while stopping: WaitFor had not ended");
    }

    [Fact(Timeout = 60_000)]
    public async Task Above_the_limit_of_live_activations_the_least_used_end_early()
    {
        await using var host = new StandaloneGrainHost(configure: options => options.LiveActivationsMax = 2);
        foreach (var name in (string[])["a", "b", "c"])
        {
            await host.Grains.GetGrain<IWorkerGrain>(_key + name).Key();
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        host.Advance(TimeSpan.FromSeconds(1));
        await Signals.Raised(_key + "a:ended");

        Signals.NotesOf(_key + "b:life").ShouldBe(["begin"]);
        Signals.NotesOf(_key + "c:life").ShouldBe(["begin"]);
    }
}
