namespace Acquiring.GrainContract;

public class Waiting_too_long : ContractTest
{
    protected override bool ShortLimits => true;

    private TimeSpan Before => Host.ResponseTimeout * 0.6;

    private TimeSpan Past => (Host.ResponseTimeout * 0.4) + Host.LateBy;

    [Fact(Timeout = 120_000)]
    public async Task A_grain_that_never_returns_ends_in_a_timeout_for_each_caller()
    {
        var worker = Grain<IWorkerGrain>("a");
        var never = worker.WaitFor(Key("never"));
        await Signals.Raised(Key("never") + ":started");

        await Host.PassAsync(Before);
        never.IsCompleted.ShouldBeFalse();
        await Host.PassAsync(Past);
        await Should.ThrowAsync<TimeoutException>(() => never);

        var behind = worker.Key();
        await Host.PassAsync(Before);
        behind.IsCompleted.ShouldBeFalse();
        await Host.PassAsync(Past);
        await Should.ThrowAsync<TimeoutException>(() => behind);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_call_whose_caller_has_gone_is_not_run_any_more()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = worker.NoteAfter(Key("go"), 1);
        await Signals.Raised(Key("go") + ":started");
        var second = worker.Note(2);
        await Host.PassAsync(Before + Past);
        await Should.ThrowAsync<TimeoutException>(() => first);
        await Should.ThrowAsync<TimeoutException>(() => second);

        Signals.Raise(Key("go"));
        await worker.Note(3);

        Signals.NotesOf(Key("a")).ShouldBe(["1", "3"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cycle_of_calls_ends_in_a_timeout_and_leaves_the_grains_usable()
    {
        var a = Grain<IAskingGrain>("a");
        var cycle = a.Ask([Key("b"), Key("a")]);
        await Signals.Raised(Key("b") + ":has asked");

        await Host.PassAsync(Before + Past);

        await Should.ThrowAsync<TimeoutException>(() => cycle);
        (await a.Ask([])).ShouldBe(0);
        (await Grain<IAskingGrain>("b").Ask([])).ShouldBe(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_call_that_was_given_up_may_have_its_effect_all_the_same()
    {
        var device = Grain<IDeviceGrain>("a");
        var late = device.BeatAfter(Key("go"), "v1");
        await Signals.Raised(Key("go") + ":started");
        await Host.PassAsync(Before + Past);
        await Should.ThrowAsync<TimeoutException>(() => late);

        Signals.Raise(Key("go"));

        (await device.Contact()).Firmware.ShouldBe("v1");
    }
}
