using Orleans;

namespace Acquiring.GrainContract;

public class Calling_a_grain : ContractTest
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Reaches_the_grain_of_that_key()
    {
        var worker = Grain<IWorkerGrain>("a");

        (await worker.Key()).ShouldBe(Key("a"));
        worker.GetPrimaryKeyString().ShouldBe(Key("a"));
        (await worker.ActivationId()).ShouldBe(await Grain<IWorkerGrain>("a").ActivationId());
        (await worker.ActivationId()).ShouldNotBe(await Grain<IWorkerGrain>("b").ActivationId());
    }

    [Fact]
    public async Task Runs_one_call_at_a_time()
    {
        var worker = Grain<IWorkerGrain>("a");

        var calls = Enumerable.Range(0, 200).Select(_ => worker.AddSlowly(1, Key("go"))).ToList();
        await worker.Peek();
        Signals.Raise(Key("go"));

        await Task.WhenAll(calls);
        (await worker.AddSlowly(0)).ShouldBe(200); // interleaved, each would have read 0 before it waited
    }

    [Fact]
    public async Task Keeps_the_order_of_a_caller_who_waits_for_each_answer()
    {
        var worker = Grain<IWorkerGrain>("a");

        for (var n = 0; n < 20; n++)
        {
            await worker.Note(n);
        }

        Signals.NotesOf(Key("a")).ShouldBe(Enumerable.Range(0, 20).Select(n => n.ToString()));
    }

    [Fact]
    public async Task Never_runs_its_code_on_two_threads_even_when_it_fans_out() =>
        (await Grain<IWorkerGrain>("a").FanOut(10)).ShouldBe(1);

    [Fact]
    public async Task Does_not_carry_ambient_values()
    {
        Ambient.Value = "the caller's";
        try
        {
            await AmbientGrain.Ask(Host.Grains, Key("a"));
        }
        finally
        {
            Ambient.Value = null;
        }

        Signals.NotesOf(Key("a")).ShouldBe(["nothing"]);
    }

    [Fact]
    public async Task A_cancelled_caller_is_released_and_the_grain_sees_it()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain<IWorkerGrain>("a").WaitForCancellation(cancellation.Token);
        await Signals.Raised(Key("a") + ":waits");

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Signals.Raised(Key("a") + ":was cancelled");
        (await Grain<IWorkerGrain>("a").Key()).ShouldBe(Key("a"));
    }

    public interface IAmbientGrain : IGrainWithStringKey
    {
        Task Look();
    }

    public class AmbientGrain : Grain, IAmbientGrain
    {
        public static Task Ask(IGrainFactory grains, string key) => grains.GetGrain<IAmbientGrain>(key).Look();

        public Task Look()
        {
            Signals.Note(this.GetPrimaryKeyString(), Ambient.Value ?? "nothing");
            return Task.CompletedTask;
        }
    }
}
