using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Acquiring.Standalone.Grains;

/// <summary>
/// One grain object and its calls. New → Activating → Active → Deactivating → Gone; it leaves the directory in the same step in which
/// it becomes
/// gone, so there is never a second one for its key, and what still waits moves to its successor in order.
/// </summary>
internal sealed class Activation : IGrainContext
{
    private const int CallsPerPumpMax = 64;

    private readonly Lock _gate = new();
    private readonly CallQueue _calls;
    private readonly TurnScheduler _scheduler;
    private readonly GrainObject _object;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stage _stage;
    private bool _pumpWanted;
    private DeactivationReason? _deactivation;
    private bool _afterWaitingCalls;
    private long _lastUsedAt;
    private long _keptFrom;
    private TimeSpan _keptFor;

    public Activation(GrainRuntime runtime, GrainClass grainClass, string key)
    {
        Runtime = runtime;
        Class = grainClass;
        Key = key;
        _calls = new CallQueue(grainClass.IsReentrant);
        _scheduler = new TurnScheduler(this);
        _object = new GrainObject(this);
    }

    private enum Stage
    {
        New,
        Activating,
        Active,
        Deactivating,
        Gone,
    }

    public GrainRuntime Runtime { get; }

    public GrainClass Class { get; }

    public string Key { get; }

    public object? GrainInstance => _object.Grain;

    public IServiceProvider ActivationServices => _object.Services;

    /// <summary>The call whose turn it is, where no other interleaves with it.</summary>
    public GrainCall? SoleRunning => _calls.SoleRunning;

    public Task Gone => _gone.Task;

    public long LastUsedAt => _lastUsedAt;

    public string StageName => _stage.ToString();

    public override string ToString() => $"{Class.Name} \"{Key}\"";

    /// <summary>False when this activation is gone: look up the directory again.</summary>
    public bool TryAccept(GrainCall call)
    {
        lock (_gate)
        {
            if (_stage == Stage.Gone)
            {
                return false;
            }

            call.Target = this;
            if (_calls.WaitingCount < Runtime.Options.WaitingCallsMax)
            {
                _calls.Add(call);
                PumpIfUseful();
                return true;
            }
        }

        call.Fail(new LimitExceededException(
            $"{this} did not take {call.MethodName}: {Runtime.Options.WaitingCallsMax} calls wait for it already."));
        return true;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        WantDeactivation(deactivationReason, afterWaitingCalls: false);

    /// <summary>Answers the calls that wait, then ends.</summary>
    public Task DrainAsync(DeactivationReason reason)
    {
        WantDeactivation(reason, afterWaitingCalls: true);
        return Gone;
    }

    public void KeepFor(TimeSpan time)
    {
        lock (_gate)
        {
            _keptFrom = Runtime.Clock.GetTimestamp();
            _keptFor = time == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time;
        }
    }

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        _object.Keep(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer) => _object.Forget(timer);

    public void CollectLate(Func<GrainCall, bool> isLate, List<GrainCall> late)
    {
        // Without the lock: what comes at this moment is not late.
        if (_calls.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            _calls.CollectLate(isLate, late);
        }
    }

    /// <summary>Ends an activation that nobody has used for so long, unless a call came meanwhile or it is kept.</summary>
    public void DeactivateIfUnusedFor(TimeSpan age, long now)
    {
        // Without the lock: nearly always it was used a moment ago.
        if (Runtime.Clock.GetElapsedTime(Volatile.Read(ref _lastUsedAt), now) < age)
        {
            return;
        }

        lock (_gate)
        {
            var unused = _stage == Stage.Active && _deactivation is null && _calls.RunningCount == 0 && _calls.WaitingCount == 0
                && Runtime.Clock.GetElapsedTime(_lastUsedAt, now) >= age
                && Runtime.Clock.GetElapsedTime(_keptFrom, now) >= _keptFor;
            if (unused)
            {
                _deactivation = new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Unused for {age}.");
                PumpIfUseful();
            }
        }
    }

    /// <summary>Gives up an activation that does not end by itself: its callers are told, what it still runs is ignored.</summary>
    public void Abandon(Exception why)
    {
        List<GrainCall> left;
        lock (_gate)
        {
            left = [.. _calls.Running, .. _calls.TakeWaiting()];
            Leave();
        }

        left.ForEach(call => call.Fail(why));
        _gone.TrySetResult();
    }

    /// <summary>Does what can be done now. Only the scheduler calls it, so it is always part of this activation's turn.</summary>
    public void Pump()
    {
        for (var n = 0; n < CallsPerPumpMax; n++)
        {
            GrainCall? call = null;
            lock (_gate)
            {
                if (_stage == Stage.New)
                {
                    _stage = Stage.Activating;
                }
                else if (DeactivationIsDue)
                {
                    _stage = Stage.Deactivating;
                }
                else if (!MayStart || !_calls.TryStartNext(out call))
                {
                    _pumpWanted = false;
                    return;
                }
            }

            if (call is not null)
            {
                Start(call);
            }
            else
            {
                _ = _stage == Stage.Activating ? ActivateAsync() : DeactivateAsync(_deactivation!.Value);
            }
        }

        _scheduler.WantPump();
    }

    private bool MayStart => _stage == Stage.Active && (_deactivation is null || _afterWaitingCalls);

    private bool DeactivationIsDue => _stage == Stage.Active && _deactivation is not null && _calls.RunningCount == 0
        && (!_afterWaitingCalls || _calls.WaitingCount == 0);

    private void PumpIfUseful()
    {
        if (!_pumpWanted && (_stage == Stage.New || DeactivationIsDue || (MayStart && _calls.MayStartNext)))
        {
            _pumpWanted = true;
            _scheduler.WantPump();
        }
    }

    private void WantDeactivation(DeactivationReason reason, bool afterWaitingCalls)
    {
        lock (_gate)
        {
            if (_stage is Stage.Deactivating or Stage.Gone)
            {
                return;
            }

            if (_deactivation is null || _afterWaitingCalls)
            {
                _deactivation = reason;
                // One that wants to end before it is active serves what waits first, or its successors would do the same for ever.
                _afterWaitingCalls = afterWaitingCalls || _stage is Stage.New or Stage.Activating;
            }

            PumpIfUseful();
        }
    }

    private void Start(GrainCall call)
    {
        call.StartedAt = Runtime.Clock.GetTimestamp();
        Task invocation;
        try
        {
            invocation = call.Begin(_object.Grain!);
        }
#pragma warning disable CA1031 // Whatever a grain throws is its answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            invocation = Task.FromException(e);
        }

        if (invocation.IsCompleted)
        {
            Finish(call, invocation);
        }
        else
        {
            invocation.GetAwaiter().UnsafeOnCompleted(() => Finish(call, invocation)); // comes back on this scheduler
        }
    }

    private void Finish(GrainCall call, Task invocation)
    {
        var failure = call.Finish(invocation);
        lock (_gate)
        {
            _calls.Finished(call);
            if (call.CountsAsUse)
            {
                _lastUsedAt = Runtime.Clock.GetTimestamp();
            }

            if (failure is InconsistentStateException { IsSourceActivation: true } stale)
            {
                stale.IsSourceActivation = false;
                _deactivation ??= new DeactivationReason(DeactivationReasonCode.ApplicationError, stale, "Its state is stale.");
            }

            PumpIfUseful();
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            await _object.BeginAsync();
        }
#pragma warning disable CA1031 // Whatever goes wrong here is the answer to the calls that wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            GrainLog.ActivationFailed(Runtime.Log, e, Class.Name, Key);
            Abandon(e);
            await _object.EndAsync(farewell: null);
            return;
        }

        lock (_gate)
        {
            _lastUsedAt = Runtime.Clock.GetTimestamp();
            if (_stage == Stage.Activating)
            {
                _stage = Stage.Active;
            }

            PumpIfUseful();
        }
    }

    private async Task DeactivateAsync(DeactivationReason reason)
    {
        await _object.EndAsync(reason);
        lock (_gate)
        {
            if (_stage != Stage.Gone)
            {
                Leave(_calls.TakeWaiting());
            }
        }

        _gone.TrySetResult();
    }

    private void Leave(List<GrainCall>? toSuccessor = null)
    {
        if (toSuccessor is { Count: > 0 })
        {
            var successor = new Activation(Runtime, Class, Key);
            toSuccessor.ForEach(call => successor.TryAccept(call));
            Class.Activations[Key] = successor;
        }
        else
        {
            Class.Activations.TryRemove(KeyValuePair.Create(Key, this));
        }

        _stage = Stage.Gone;
    }
}
