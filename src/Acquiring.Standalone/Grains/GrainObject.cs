using Acquiring.Standalone.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Standalone.Grains;

/// <summary>The grain object of an activation, its service scope and timers: how they begin and end, each within a bounded time.</summary>
internal sealed class GrainObject(Activation activation)
{
    [ThreadStatic]
    private static Activation? _underConstruction;

    private readonly List<GrainTimer> _timers = [];
    private AsyncServiceScope? _scope;

    /// <summary>Whose constructor runs on this thread.</summary>
    public static Activation? UnderConstruction => _underConstruction;

    public Grain? Grain { get; private set; }

    public IServiceProvider Services => _scope?.ServiceProvider ?? activation.Runtime.Services;

    private GrainOptions Options => activation.Runtime.Options;

    public void Keep(GrainTimer timer)
    {
        lock (_timers)
        {
            _timers.Add(timer);
        }
    }

    public void Forget(GrainTimer timer)
    {
        lock (_timers)
        {
            _timers.Remove(timer);
        }
    }

    /// <summary>Constructs, reads the states, activates. Throws what that throws, or <see cref="TimeoutException"/>.</summary>
    public async Task BeginAsync()
    {
        using var patience = new CancellationTokenSource(Options.ActivationTimeout, activation.Runtime.Clock);
        var beginning = ConstructAndActivateAsync(patience.Token);
        try
        {
            // By the token, whose clock began before the grain did: a second timer could begin after the time was already over.
            await beginning.WaitAsync(patience.Token);
        }
        catch (Exception e) when (patience.IsCancellationRequested || !beginning.IsCompleted)
        {
            throw new TimeoutException($"{activation} did not activate within {Options.ActivationTimeout}.", e);
        }
    }

    /// <summary>Tells the grain good-bye and lets go of all. A failure is logged: the end comes whatever the grain does.</summary>
    public async Task EndAsync(DeactivationReason? farewell)
    {
        GrainTimer[] timers;
        lock (_timers)
        {
            timers = [.. _timers];
        }

        Array.ForEach(timers, timer => timer.Dispose());
        try
        {
            if (farewell is { } reason)
            {
                using var patience = new CancellationTokenSource(Options.DeactivationTimeout, activation.Runtime.Clock);
                await Grain!.OnDeactivateAsync(reason, patience.Token).WaitAsync(Options.DeactivationTimeout, activation.Runtime.Clock);
            }
        }
#pragma warning disable CA1031 // See the summary.
        catch (Exception e)
        {
            GrainLog.DeactivationFailed(activation.Runtime.Log, e, activation.Class.Name, activation.Key);
        }

        try
        {
            await DisposeAsync();
        }
        catch (Exception e)
#pragma warning restore CA1031
        {
            GrainLog.DeactivationFailed(activation.Runtime.Log, e, activation.Class.Name, activation.Key);
        }
    }

    private async Task ConstructAndActivateAsync(CancellationToken cancellationToken)
    {
        _scope = activation.Runtime.Services.CreateAsyncScope();
        var states = activation.Class.NewStates(activation);
        Grain = Construct(states);
        foreach (var state in states)
        {
            await state.ReadStateAsync(cancellationToken);
        }

        await Grain.OnActivateAsync(cancellationToken);
    }

    private Grain Construct(PersistentState[] states)
    {
        _underConstruction = activation;
        try
        {
            return activation.Class.Construct(Services, states);
        }
        finally
        {
            _underConstruction = null;
        }
    }

    private async ValueTask DisposeAsync()
    {
        if (Grain is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else if (Grain is IDisposable disposable)
        {
            disposable.Dispose();
        }

        if (_scope is { } scope)
        {
            await scope.DisposeAsync();
        }
    }
}
