using Orleans;
using Orleans.Runtime;

namespace Acquiring.Standalone.Grains;

/// <summary>Ticks by the runtime's clock; each tick is a message to the activation, and the next is due only after it has ended.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;
    private TimeSpan _period;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _timer = activation.Runtime.Clock.CreateTimer(
            static timer => ((GrainTimer)timer!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _timer.Dispose();
        _activation.Forget(this);
    }

    private void Due()
    {
        if (!_ended.IsCancellationRequested && !_activation.TryAccept(new Tick(this)))
        {
            Dispose();
        }
    }

    private sealed class Tick(GrainTimer timer) : GrainCall
    {
        public override string MethodName => "a timer's tick";

        public override bool Interleaves => timer._options.Interleave;

        public override bool HasCaller => false;

        public override bool CountsAsUse => timer._options.KeepAlive;

        public override bool IsCompleted => timer._ended.IsCancellationRequested;

        public override Task Begin(Grain grain) => timer._callback(timer._ended.Token);

        public override Exception? Finish(Task invocation)
        {
            var failure = invocation.Exception?.InnerException;
            if (failure is not null)
            {
                GrainLog.TimerFailed(timer._activation.Runtime.Log, failure, timer._activation.Class.Name, timer._activation.Key);
            }

            Rearm();
            return failure;
        }

        public override void Fail(Exception exception) => Rearm();

        private void Rearm()
        {
            if (!timer._ended.IsCancellationRequested)
            {
                timer._timer.Change(timer._period, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
