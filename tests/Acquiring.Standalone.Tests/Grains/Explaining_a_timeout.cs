using Acquiring.GrainContract;
using Orleans.Runtime;

namespace Acquiring.Standalone.Tests.Grains;

public sealed class Explaining_a_timeout
{
    private readonly string _unique = Guid.CreateVersion7().ToString("N");

    [Fact(Timeout = 60_000)]
    public async Task The_text_and_the_log_name_the_grain_the_method_and_how_long_it_has_been_running()
    {
        await using var host = new StandaloneGrainHost();
        var key = $"m:{_unique}";
        var call = host.Grains.GetGrain<IWorkerGrain>(key).WaitFor(_unique);
        await Signals.Raised(_unique + ":started");

        host.Advance(TimeSpan.FromSeconds(31));

        var text = (await Should.ThrowAsync<TimeoutException>(() => call)).Message;
        text.ShouldStartWith($"WorkerGrain \"{key}\" did not answer WaitFor within 30 s (waited 30 s): "
            + $"WorkerGrain \"{key}\".WaitFor has been running for 30 s.");
        host.Log.Lines.ShouldContain("Warning: " + text);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_in_the_queue_names_the_one_that_holds_it_up()
    {
        await using var host = new StandaloneGrainHost();
        var worker = host.Grains.GetGrain<IWorkerGrain>($"m:{_unique}");
        var stuck = worker.WaitFor(_unique);
        await Signals.Raised(_unique + ":started");
        host.Advance(TimeSpan.FromSeconds(20));
        var behind = worker.Key();

        host.Advance(TimeSpan.FromSeconds(31));

        await Should.ThrowAsync<TimeoutException>(() => stuck);
        (await Should.ThrowAsync<TimeoutException>(() => behind)).Message
            .ShouldContain($".Key waits in the queue behind WorkerGrain \"m:{_unique}\".WaitFor, which has been running for 50 s");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cycle_is_named_from_end_to_end()
    {
        await using var host = new StandaloneGrainHost();
        var (a, b) = ($"a:{_unique}", $"b:{_unique}");
        var cycle = host.Grains.GetGrain<IAskingGrain>(a).Ask([b, a]);
        await Signals.Raised(b + ":has asked");

        host.Advance(TimeSpan.FromSeconds(31));
        await Should.ThrowAsync<TimeoutException>(() => cycle);

        var logged = host.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).ToList();
        logged.ShouldAllBe(line => line.Contains(" - a cycle of calls"));
        logged.ShouldContain(line => line.Contains(
            $"AskingGrain \"{a}\".Ask waits for AskingGrain \"{b}\".Ask, which waits for AskingGrain \"{a}\".Ask, "
            + $"which waits in the queue behind AskingGrain \"{a}\".Ask - a cycle of calls"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_queue_refuses_one_more_call_at_once()
    {
        await using var host = new StandaloneGrainHost(configure: options => options.WaitingCallsMax = 2);
        var worker = host.Grains.GetGrain<IWorkerGrain>($"m:{_unique}");
        var running = worker.WaitFor(_unique);
        await Signals.Raised(_unique + ":started");
        Task[] waiting = [worker.Key(), worker.Key()];

        await Should.ThrowAsync<LimitExceededException>(() => worker.Key());

        Signals.Raise(_unique);
        await Task.WhenAll([running, .. waiting]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_activation_that_never_comes_up_is_given_up_and_the_next_call_tries_again()
    {
        await using var host = new StandaloneGrainHost(configure: options => options.ResponseTimeout = TimeSpan.FromMinutes(5));
        var fussy = host.Grains.GetGrain<IFussyGrain>($"m:{_unique}");
        var call = fussy.Attempts();
        await Signals.Raised($"m:{_unique}:attempted");

        host.Advance(TimeSpan.FromSeconds(31));
        (await Should.ThrowAsync<TimeoutException>(() => call)).Message
            .ShouldBe($"FussyGrain \"m:{_unique}\" did not activate within 00:00:30.");

        Signals.Raise($"m:{_unique}:allowed");
        Signals.Raise($"m:{_unique}:decide");
        (await fussy.Attempts()).ShouldBe(2);
    }
}
