namespace Acquiring.GrainContract;

public class Interleaving : ContractTest
{
    [Fact(Timeout = 60_000)]
    public async Task A_cycle_of_calls_through_reentrant_grains_returns() =>
        (await Grain<IReentrantAskingGrain>("a").Ask([Key("b"), Key("a")])).ShouldBe(2);

    [Fact(Timeout = 60_000)]
    public async Task An_always_interleaving_call_gets_through_while_another_waits()
    {
        var worker = Grain<IWorkerGrain>("a");
        var waiting = worker.WaitFor(Key("go"));
        await Signals.Raised(Key("go") + ":started");

        (await worker.Peek()).ShouldNotBeEmpty();

        Signals.Raise(Key("go"));
        await waiting;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_usual_call_waits_even_while_another_only_waits()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = worker.NoteAfter(Key("go"), 1);
        await Signals.Raised(Key("go") + ":started");
        var second = worker.Note(2);

        await worker.Peek();
        second.IsCompleted.ShouldBeFalse();
        Signals.Raise(Key("go"));

        await Task.WhenAll(first, second);
        Signals.NotesOf(Key("a")).ShouldBe(["1", "2"]);
    }
}
