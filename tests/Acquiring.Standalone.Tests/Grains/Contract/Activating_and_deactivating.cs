namespace Acquiring.Standalone.Tests.Grains.Contract;

public sealed class Activating_and_deactivating : GrainContract
{
    [Fact]
    public async Task Concurrent_first_calls_meet_one_activation()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Grain<IWorkerGrain>("a").ActivationId())));

        ids.Distinct().Count().ShouldBe(1);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin"]);
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_wait_and_leaves_nothing_behind()
    {
        var fussy = Grain<IFussyGrain>("a");
        var first = fussy.Attempts();
        var second = fussy.Attempts();
        Signals.Raise(Key("a") + ":decide");

        (await Should.ThrowAsync<InvalidDataException>(() => first)).Message.ShouldBe("Not today.");
        await Should.ThrowAsync<InvalidDataException>(() => second);
        Signals.Raise(Key("a") + ":allowed");

        (await fussy.Attempts()).ShouldBe(2); // the failed one for both calls, and this one
    }

    [Fact]
    public async Task An_activation_ends_after_fifteen_idle_minutes_and_the_next_call_makes_another()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();

        Host.Advance(TimeSpan.FromMinutes(14));
        (await worker.ActivationId()).ShouldBe(first);
        Host.Advance(TimeSpan.FromMinutes(14));
        (await worker.ActivationId()).ShouldBe(first);
        Host.Advance(TimeSpan.FromMinutes(16));
        await Signals.Raised(Key("a") + ":ended");

        (await worker.ActivationId()).ShouldNotBe(first);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin", "end ActivationIdle", "begin"]);
    }

    [Fact]
    public async Task A_delayed_deactivation_is_not_idle_before_its_time()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();
        await worker.Keep(TimeSpan.FromHours(1));

        Host.Advance(TimeSpan.FromMinutes(50));
        (await worker.ActivationId()).ShouldBe(first);
        Host.Advance(TimeSpan.FromMinutes(31));
        await Signals.Raised(Key("a") + ":ended");

        (await worker.ActivationId()).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_grain_that_asks_for_its_end_gets_it_after_that_call()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();

        await worker.EndAfterThisCall();

        (await worker.ActivationId()).ShouldNotBe(first);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin", "end ApplicationRequested", "begin"]);
    }

    [Fact]
    public async Task Calls_to_a_deactivating_activation_wait_for_its_end_and_go_to_the_next_in_order()
    {
        var worker = Grain<IWorkerGrain>("slow-end");
        var first = await worker.ActivationId();
        await worker.EndAfterThisCall();
        await Signals.Raised(Key("slow-end") + ":ending");

        var notes = Task.WhenAll(Enumerable.Range(0, 20).Select(worker.Note));
        var next = worker.ActivationId();
        for (var i = 0; i < 100; i++)
        {
            await Grain<IWorkerGrain>("elsewhere").Key(); // time enough for a wrong second activation to begin
        }

        Signals.NotesOf(Key("slow-end") + ":life").ShouldBe(["begin"]);
        Signals.Raise(Key("slow-end") + ":may-end");

        await notes;
        (await next).ShouldNotBe(first);
        Signals.NotesOf(Key("slow-end") + ":life").ShouldBe(["begin", "end ApplicationRequested", "begin"]);
        Signals.NotesOf(Key("slow-end")).ShouldBe(Enumerable.Range(0, 20).Select(n => n.ToString()));
    }

    [Fact]
    public async Task A_timer_ticks_in_turns_and_goes_on_after_a_failing_tick()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickEvery(TimeSpan.FromMinutes(4));

        for (var tick = 1; tick <= 3; tick++)
        {
            Host.Advance(TimeSpan.FromMinutes(4));
            await Signals.Raised($"{Key("a")}:tick {tick}");
            (await worker.Ticks()).ShouldBe(tick); // its turn comes after the tick's
        }
    }

    [Fact]
    public async Task A_timer_does_not_keep_an_idle_grain_and_ends_with_it()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickEvery(TimeSpan.FromMinutes(10));

        await AdvanceUntil(Signals.Raised(Key("a") + ":ended"), TimeSpan.FromMinutes(1));
        Signals.IsRaised(Key("a") + ":tick 1").ShouldBeTrue();

        (await worker.Ticks()).ShouldBe(0);
        Host.Advance(TimeSpan.FromMinutes(11));
        (await worker.Ticks()).ShouldBe(0);
    }
}
