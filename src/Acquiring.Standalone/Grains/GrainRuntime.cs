using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Acquiring.Standalone.Grains;

/// <summary>Finds or makes the activation of a key, brings calls to it, and watches the clock for all.</summary>
internal sealed class GrainRuntime : IGrainFactory, IDisposable
{
    private readonly GrainCatalog _catalog;
    private readonly FrozenDictionary<Type, GrainProxy> _references;
    private readonly ITimer _sweeper;
    private int _sweeping;
    private volatile bool _stopping;

    public GrainRuntime(GrainCatalog catalog, GrainOptions options, IServiceProvider services)
    {
        _catalog = catalog;
        Options = options;
        Services = services;
        Clock = services.GetRequiredService<TimeProvider>();
        Log = services.GetRequiredService<ILogger<GrainRuntime>>();
        var copier = options.Copying == MessageCopying.Off ? null : new MessageCopier(options.Copying == MessageCopying.WhatCanChange);
        _references = catalog.ByInterface.ToFrozenDictionary(
            pair => pair.Key, pair => GrainProxy.Prototype(pair.Key, pair.Value, MethodsOf(pair.Key, copier), this));
        _sweeper = Clock.CreateTimer(static runtime => ((GrainRuntime)runtime!).Sweep(), this, options.SweepPeriod, options.SweepPeriod);
    }

    public GrainOptions Options { get; }

    public IServiceProvider Services { get; }

    public TimeProvider Clock { get; }

    public ILogger Log { get; }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        if (grainClassNamePrefix is not null
            && _catalog.ByInterface.TryGetValue(typeof(TGrainInterface), out var grainClass)
            && !grainClass.Type.FullName!.StartsWith(grainClassNamePrefix, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"{typeof(TGrainInterface)} is implemented by {grainClass.Type}, not by a class named {grainClassNamePrefix}…",
                nameof(grainClassNamePrefix));
        }

        return (TGrainInterface)Reference(typeof(TGrainInterface), primaryKey);
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Reference(grainInterfaceType, grainPrimaryKey);

    /// <exception cref="ArgumentException">No grain class implements the interface, or the key is empty.</exception>
    public object Reference(Type grainInterface, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _references.TryGetValue(grainInterface, out var prototype)
            ? prototype.For(key)
            : throw new ArgumentException(
                $"No grain class implements {grainInterface}: is its assembly handed to AddStandaloneGrains?", nameof(grainInterface));
    }

    public void Send(GrainClass grainClass, string key, GrainCall call)
    {
        call.SentAt = Clock.GetTimestamp();
        if (TurnScheduler.CurrentActivation is { } sender)
        {
            if (sender.SoleRunning is { } parent)
            {
                parent.Child = call;
            }
        }
        else if (_stopping)
        {
            // Grains that wind up may still call each other.
            call.Fail(new SiloUnavailableException(
                $"{grainClass.Name} \"{key}\" did not take {call.MethodName}: the grain runtime is stopping."));
            return;
        }

        // Gone and out of the directory are one step, so this ends.
        while (!grainClass.Activations
            .GetOrAdd(key, static (key, at) => new Activation(at.Runtime, at.Class, key), (Runtime: this, Class: grainClass))
            .TryAccept(call))
        {
        }
    }

    /// <summary>Answers what waits, deactivates all, and gives up what is left when the time is over.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The grain runtime is stopping.");
        using var patience = new CancellationTokenSource(Options.StopTimeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // A deactivating grain may call, and so activate, another: until none is left.
            while (Live() is { Count: > 0 } live)
            {
                await Task.WhenAll(live.Select(activation => activation.DrainAsync(reason))).WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            foreach (var activation in Live())
            {
                GrainLog.LeftBehind(Log, activation.Class.Name, activation.Key, activation.SoleRunning?.MethodName ?? activation.StageName);
                activation.Abandon(new SiloUnavailableException($"{activation} was given up: the grain runtime has stopped."));
            }
        }
    }

    public void Dispose() => _sweeper.Dispose();

    private List<Activation> Live() => [.. _catalog.Classes.SelectMany(c => c.Activations.Values)];

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        try
        {
            // Without a copy of the directory: there may be many thousands, and nearly all of them have nothing to be done.
            var now = Clock.GetTimestamp();
            TellLateCallers(now);
            var live = 0;
            foreach (var grainClass in _catalog.Classes)
            {
                foreach (var (_, activation) in grainClass.Activations)
                {
                    live++;
                    activation.DeactivateIfUnusedFor(Options.IdleAge, now);
                }
            }

            if (live > Options.LiveActivationsMax)
            {
                foreach (var activation in Live().OrderBy(a => a.LastUsedAt).Take(live - Options.LiveActivationsMax))
                {
                    activation.DeactivateIfUnusedFor(TimeSpan.Zero, now);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }

    private void TellLateCallers(long now)
    {
        List<GrainCall> late = [];
        Func<GrainCall, bool> isLate =
            call => call.HasCaller && !call.IsCompleted && Clock.GetElapsedTime(call.SentAt, now) >= Options.ResponseTimeout;
        foreach (var grainClass in _catalog.Classes)
        {
            foreach (var (_, activation) in grainClass.Activations)
            {
                activation.CollectLate(isLate, late);
            }
        }

        // All texts first: telling one caller may already undo the knot that the next text has to show.
        // Oldest first: the outermost caller of a cycle hears its own story, not that of a call it knows nothing of.
        foreach (var (call, text) in late.OrderBy(call => call.SentAt)
            .Select(call => (call, CallDiagnosis.Explain(call, Options, Clock))).ToList())
        {
            GrainLog.CallTimedOut(Log, text);
            call.Fail(new TimeoutException(text));
        }
    }

    private static FrozenDictionary<MethodInfo, GrainMethod> MethodsOf(Type grainInterface, MessageCopier? copier) =>
        grainInterface.GetInterfaces().Append(grainInterface)
            .SelectMany(i => i.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(method => method.IsAbstract)
            .ToFrozenDictionary(method => method, method => GrainMethod.Create(method, copier));
}
