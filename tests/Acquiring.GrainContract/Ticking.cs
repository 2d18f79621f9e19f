namespace Acquiring.GrainContract;

public class Ticking : ContractTest
{
    protected override bool ShortLimits => true;

    private TimeSpan Period => (Host.IdleAge < Host.ResponseTimeout ? Host.IdleAge : Host.ResponseTimeout) * 0.25;

    [Fact(Timeout = 120_000)]
    public async Task A_timer_ticks_in_turns_and_goes_on_after_a_failing_tick()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickEvery(Period);

        for (var tick = 1; tick <= 3; tick++)
        {
            await Host.PassAsync(Period);
            await Signals.Raised($"{Key("a")}:tick {tick}");
            (await worker.Ticks()).ShouldBeGreaterThanOrEqualTo(tick); // its turn comes after the tick's
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tick_waits_for_the_call_that_runs()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickEvery(Period);
        var running = worker.WaitFor(Key("go"));
        await Signals.Raised(Key("go") + ":started");

        await Host.PassAsync(Period * 2);
        Signals.IsRaised(Key("a") + ":tick 1").ShouldBeFalse();
        Signals.Raise(Key("go"));

        await Signals.Raised(Key("a") + ":tick 1");
        await running;
    }

    [Fact(Timeout = 120_000)]
    public async Task A_timer_that_disposes_itself_has_ticked_for_the_last_time()
    {
        var worker = Grain<IWorkerGrain>("a");
        await worker.TickOnceAfter(Period);

        await Host.PassAsync(Period);
        await Signals.Raised(Key("a") + ":tick 1");
        await Host.PassAsync(Period * 2);

        (await worker.Ticks()).ShouldBe(1);
    }
}
