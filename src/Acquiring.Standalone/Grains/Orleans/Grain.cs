using System.Diagnostics.CodeAnalysis;
using Acquiring.Standalone.Grains;
using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Base of grain classes: one object per key, one call at a time. Code in a grain, also after an <c>await</c>, never runs on two threads at
/// once. A grain made outside the runtime (a plain unit test) has no context, and only its own methods may be used.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>The runtime sets the context round the constructor, so that a subclass needs no constructor for it.</summary>
    protected Grain() => GrainContext = GrainObject.UnderConstruction;

    /// <inheritdoc />
    [AllowNull]
    public IGrainContext GrainContext { get; }

    /// <summary>Gives references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Runtime;

    /// <summary>The services of this activation's scope.</summary>
    protected internal IServiceProvider ServiceProvider => Activation.ActivationServices;

    internal Activation Activation => GrainContext as Activation
        ?? throw new InvalidOperationException("This grain was created outside the grain runtime: it has no key, no factory, no timers.");

    /// <summary>Deactivates after the present call; calls that wait, and later ones, go to a new activation.</summary>
    protected void DeactivateOnIdle() => Activation.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    /// <summary>
    /// Keeps this activation for at least <paramref name="timeSpan"/> from now, idle or not. <see cref="TimeSpan.Zero"/> takes that back;
    /// <see cref="Timeout.InfiniteTimeSpan"/> is for ever. <see cref="DeactivateOnIdle"/> and shutdown are stronger.
    /// </summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.KeepFor(timeSpan);

#pragma warning disable CA1725 // Orleans names these parameters so, here and in IGrainBase.
    /// <summary>
    /// Runs before the first call, after persistent state is read. A throw fails the waiting calls and leaves no activation.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when activation takes longer than the runtime allows.</param>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call. Not called when the process dies: nothing that matters may depend on it.</summary>
    /// <param name="reason">Why; informational.</param>
    /// <param name="cancellationToken">Cancelled when deactivation takes longer than the runtime allows.</param>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
#pragma warning restore CA1725
}
