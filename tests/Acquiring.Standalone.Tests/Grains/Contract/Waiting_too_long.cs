namespace Acquiring.Standalone.Tests.Grains.Contract;

public sealed class Waiting_too_long : GrainContract
{
    private static readonly TimeSpan JustBefore = TimeSpan.FromSeconds(29);
    private static readonly TimeSpan Past = TimeSpan.FromSeconds(4);

    [Fact(Timeout = 60_000)]
    public async Task A_grain_that_never_returns_ends_in_a_timeout_for_each_caller()
    {
        var worker = Grain<IWorkerGrain>("a");
        var never = worker.WaitFor(Key("never"));
        await Signals.Raised(Key("never") + ":started");

        Host.Advance(JustBefore);
        never.IsCompleted.ShouldBeFalse();
        Host.Advance(Past);
        await Should.ThrowAsync<TimeoutException>(() => never);

        var behind = worker.Key();
        Host.Advance(JustBefore);
        behind.IsCompleted.ShouldBeFalse();
        Host.Advance(Past);
        await Should.ThrowAsync<TimeoutException>(() => behind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_whose_caller_has_gone_is_not_run_any_more()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = worker.NoteAfter(Key("go"), 1);
        await Signals.Raised(Key("go") + ":started");
        var second = worker.Note(2);
        Host.Advance(JustBefore + Past);
        await Should.ThrowAsync<TimeoutException>(() => first);
        await Should.ThrowAsync<TimeoutException>(() => second);

        Signals.Raise(Key("go"));
        await worker.Note(3);

        Signals.NotesOf(Key("a")).ShouldBe(["1", "3"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cycle_of_calls_ends_in_a_timeout_and_leaves_the_grains_usable()
    {
        var a = Grain<IAskingGrain>("a");
        var cycle = a.Ask([Key("b"), Key("a")]);
        await Signals.Raised(Key("b") + ":has asked");

        Host.Advance(JustBefore + Past);

        await Should.ThrowAsync<TimeoutException>(() => cycle);
        (await a.Ask([])).ShouldBe(0);
        (await Grain<IAskingGrain>("b").Ask([])).ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_cycle_through_reentrant_grains_returns() =>
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
    public async Task Read_only_calls_interleave_with_each_other_only()
    {
        var worker = Grain<IWorkerGrain>("a");
        var one = worker.Read(Key("one"), Key("go"));
        var two = worker.Read(Key("two"), Key("go"));
        await Signals.Raised(Key("one"));
        await Signals.Raised(Key("two"));

        var write = worker.Note(1);
        await worker.Peek();
        write.IsCompleted.ShouldBeFalse();

        Signals.Raise(Key("go"));
        await Task.WhenAll(one, two, write);
    }
}
