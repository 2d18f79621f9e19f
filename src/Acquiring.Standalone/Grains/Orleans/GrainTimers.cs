using Acquiring.Standalone.Grains;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A timer of one activation; it ends with it. Disposing twice is harmless.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets the next tick and the time between ticks, as <see cref="System.Threading.Timer"/> does.</summary>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>How a grain timer ticks.</summary>
    public readonly struct GrainTimerCreationOptions()
    {
        /// <summary>Time to the first tick; <see cref="Timeout.InfiniteTimeSpan"/> for none yet.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>From the end of one tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>True: a tick starts even while a call is unfinished. False (the default): it takes its turn like a call.</summary>
        public bool Interleave { get; init; }

        /// <summary>True: a tick counts as use, so the activation never becomes idle. Default false.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans
{
    /// <summary>Timers and deactivation, as Orleans offers them on any grain.</summary>
    public static class GrainBaseExtensions
    {
        /// <summary>Calls <paramref name="callback"/> in this grain's turns. A throwing tick is logged and the timer goes on.</summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            return ((Activation)grain.GrainContext).AddTimer(cancellationToken => callback(state, cancellationToken), options);
        }

        /// <inheritdoc cref="RegisterGrainTimer{TState}" />
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
            grain.RegisterGrainTimer(static (callback, cancellationToken) => callback(cancellationToken), callback, options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}" />
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<Task> callback, GrainTimerCreationOptions options) =>
            grain.RegisterGrainTimer(static (callback, _) => callback(), callback, options);

        /// <inheritdoc cref="RegisterGrainTimer{TState}" />
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new() { DueTime = dueTime, Period = period });

        /// <inheritdoc cref="RegisterGrainTimer{TState}" />
        public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new() { DueTime = dueTime, Period = period });

        /// <summary>Deactivates after the present call; calls that wait, and later ones, go to a new activation.</summary>
        public static void DeactivateOnIdle(this IGrainBase grain) => grain.GrainContext.Deactivate(
            new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));
    }
}
