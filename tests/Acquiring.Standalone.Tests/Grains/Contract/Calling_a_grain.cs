using Orleans;

namespace Acquiring.Standalone.Tests.Grains.Contract;

public sealed class Calling_a_grain : GrainContract
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
    public async Task Keeps_the_order_of_a_callers_calls()
    {
        var worker = Grain<IWorkerGrain>("a");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(worker.Note));

        Signals.NotesOf(Key("a")).ShouldBe(Enumerable.Range(0, 100).Select(n => n.ToString()));
    }

    [Fact]
    public async Task Never_runs_its_code_on_two_threads_even_when_it_fans_out() =>
        (await Grain<IWorkerGrain>("a").FanOut(10)).ShouldBe(1);

    [Fact]
    public async Task Passes_an_exception_on_and_leaves_the_activation_usable()
    {
        var worker = Grain<IWorkerGrain>("a");
        var activation = await worker.ActivationId();

        (await Should.ThrowAsync<InvalidDataException>(() => worker.Throw("Bad line 7."))).Message.ShouldBe("Bad line 7.");

        (await worker.ActivationId()).ShouldBe(activation);
    }

    [Fact]
    public async Task Carries_records_there_and_back()
    {
        var sale = new Sale("10000081", 12_345, new DateOnly(2026, 11, 21));

        (await Grain<IWorkerGrain>("a").Echo(sale)).ShouldBe(sale);
    }

    [Fact]
    public async Task Shares_neither_arguments_nor_results_with_the_grain()
    {
        var worker = Grain<IWorkerGrain>("a");
        var sent = new Basket { Items = { "sent" } };

        var received = await worker.Put(sent, "added by the grain");
        sent.Items.Add("added by the sender");
        received.Items.Add("added by the receiver");

        sent.Items.ShouldBe(["sent", "added by the sender"]);
        (await worker.Contents()).ShouldBe(["sent", "added by the grain"]);
    }

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
