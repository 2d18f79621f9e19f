using Acquiring.Testing;

namespace Acquiring.Standalone.Tests.Testing;

public sealed class AdvanceTheManualClock
{
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(_start);

    [Fact]
    public void Time_stands_still_until_it_is_told()
    {
        _clock.GetUtcNow().ShouldBe(_start);
        var began = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromMinutes(3));
        _clock.GetUtcNow().ShouldBe(_start.AddMinutes(3));
        _clock.GetElapsedTime(began).ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void Timers_fire_in_their_order_each_at_its_own_time_and_again_by_their_period()
    {
        var fired = new List<(string, double)>();
        void Note(object? name) => fired.Add(((string)name!, (_clock.GetUtcNow() - _start).TotalSeconds));
        using var second = _clock.CreateTimer(Note, "every 2", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var third = _clock.CreateTimer(Note, "once at 3", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(5));
        fired.ShouldBe([("every 2", 2), ("once at 3", 3), ("every 2", 4)]);
        _clock.WaitingTimers.ShouldBe(1);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    public void A_delay_ends_when_it_is_due_and_not_before(int seconds, bool ended)
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _clock);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        delay.IsCompleted.ShouldBe(ended);
    }

    [Fact]
    public void A_timer_that_was_changed_or_disposed_keeps_to_that()
    {
        var fired = 0;
        var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(4));
        fired.ShouldBe(0);
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(4));
        fired.ShouldBe(0);
        timer.Change(TimeSpan.Zero, TimeSpan.Zero).ShouldBeFalse();
    }
}
