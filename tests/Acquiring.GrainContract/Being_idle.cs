namespace Acquiring.GrainContract;

public class Being_idle : ContractTest
{
    protected override bool ShortLimits => true;

    [Fact(Timeout = 120_000)]
    public async Task An_activation_ends_when_nobody_calls_and_the_next_call_makes_another()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();

        await Host.PassAsync(Host.IdleAge * 0.6);
        (await worker.ActivationId()).ShouldBe(first);
        await Host.PassAsync(Host.IdleAge * 0.6);
        (await worker.ActivationId()).ShouldBe(first);
        await Host.PassAsync(Host.IdleAge + Host.LateBy);
        await Signals.Raised(Key("a") + ":ended");

        (await worker.ActivationId()).ShouldNotBe(first);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin", "end ActivationIdle", "begin"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_delayed_end_does_not_come_before_its_time()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();
        await worker.Keep(Host.IdleAge * 3);

        await Host.PassAsync(Host.IdleAge * 2.4);
        (await worker.ActivationId()).ShouldBe(first);
        await Host.PassAsync((Host.IdleAge * 2) + Host.LateBy);
        await Signals.Raised(Key("a") + ":ended");

        (await worker.ActivationId()).ShouldNotBe(first);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_running_call_is_use()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();
        var running = worker.WaitFor(Key("go"));
        await Signals.Raised(Key("go") + ":started");

        await Host.PassAsync(Host.IdleAge + Host.LateBy); // the caller may have given up meanwhile; the call runs on
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin"]);
        Signals.Raise(Key("go"));

        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        (await worker.ActivationId()).ShouldBe(first);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_timer_does_not_keep_an_idle_grain_and_ends_with_it()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickEvery(Host.IdleAge * 0.6);

        await PassUntil(Signals.Raised(Key("a") + ":ended"), Host.IdleAge * 0.1);
        Signals.IsRaised(Key("a") + ":tick 1").ShouldBeTrue();

        (await worker.Ticks()).ShouldBe(0);
        await Host.PassAsync(Host.IdleAge * 0.8);
        (await worker.Ticks()).ShouldBe(0);
    }
}
