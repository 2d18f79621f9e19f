namespace Acquiring.Standalone.Grains;

/// <summary>The calls of one activation, and which of them may start. Not safe for threads: the activation's lock guards it.</summary>
internal sealed class CallQueue(bool reentrant)
{
    private readonly Queue<GrainCall> _inTurn = new();
    private readonly Queue<GrainCall> _interleaving = new();
    private readonly List<GrainCall> _running = new(1);
    private int _blocking;

    public int WaitingCount => _inTurn.Count + _interleaving.Count;

    /// <summary>May be asked without the lock.</summary>
    public bool IsEmpty => _running.Count + WaitingCount == 0;

    public int RunningCount => _running.Count;

    /// <summary>The running call where there is exactly one.</summary>
    public GrainCall? SoleRunning { get; private set; }

    public bool MayStartNext =>
        _interleaving.Count > 0
        || (_blocking == 0 && _inTurn.Count > 0);

    public void Add(GrainCall call) => (reentrant || call.Interleaves ? _interleaving : _inTurn).Enqueue(call);

    public bool TryStartNext(out GrainCall call)
    {
        while (MayStartNext)
        {
            call = _interleaving.Count > 0 ? _interleaving.Dequeue() : _inTurn.Dequeue();
            if (call.IsCompleted)
            {
                continue; // its caller has gone: a time-out or a cancellation
            }

            _running.Add(call);
            Count(call, 1);
            return true;
        }

        call = null!;
        return false;
    }

    public void Finished(GrainCall call)
    {
        _running.Remove(call);
        Count(call, -1);
    }

    /// <summary>Moves the calls whose callers have waited too long into <paramref name="late"/>; those that wait leave the queue.</summary>
    public void CollectLate(Func<GrainCall, bool> isLate, List<GrainCall> late)
    {
        if (_running.Count + WaitingCount == 0)
        {
            return;
        }

        late.AddRange(_running.Where(isLate));
        foreach (var waiting in (ReadOnlySpan<Queue<GrainCall>>)[_inTurn, _interleaving])
        {
            // Every call has the same limit, so the late ones are in front.
            while (waiting.TryPeek(out var call) && (call.IsCompleted || isLate(call)))
            {
                waiting.Dequeue();
                if (!call.IsCompleted)
                {
                    late.Add(call);
                }
            }
        }
    }

    /// <summary>Takes what waits for somebody; a timer's tick ends with its activation.</summary>
    public List<GrainCall> TakeWaiting()
    {
        List<GrainCall> waiting = [.. _inTurn.Concat(_interleaving).Where(call => call.HasCaller && !call.IsCompleted)];
        _inTurn.Clear();
        _interleaving.Clear();
        return waiting;
    }

    public IReadOnlyList<GrainCall> Running => _running;

    private void Count(GrainCall call, int by)
    {
        SoleRunning = _running.Count == 1 ? _running[0] : null;
        if (!reentrant && !call.Interleaves)
        {
            _blocking += by;
        }
    }
}
