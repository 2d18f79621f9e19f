namespace Acquiring.Standalone.Grains;

/// <summary>
/// Runs the code of one activation, and what it continues with after each <c>await</c>, on one pool thread at a time. Being a
/// <see cref="TaskScheduler"/> it is what Orleans does too, so the same code escapes it by the same means (Task.Run,
/// ConfigureAwait(false)).
/// </summary>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // Work goes to the pool's common queue (preferLocal: false): a thread takes its own queue last in, first out, and on a busy machine the
    // first in may then wait for ever.

    // After so many pieces of work the thread is given back, so that a busy grain does not starve the others.
    private const int PiecesPerSliceMax = 64;

    private static readonly Action<object?> PumpActivation = static activation => ((Activation)activation!).Pump();

    [ThreadStatic]
    private static TurnScheduler? _onThisThread;

    private readonly Lock _gate = new();
    private readonly Queue<Task> _continuations = new();
    private bool _pumpWanted;
    private bool _scheduled;

    /// <summary>The activation whose turn this code is part of; null outside grains.</summary>
    public static Activation? CurrentActivation => (Current as TurnScheduler)?.Activation;

    private Activation Activation { get; } = activation;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Has <see cref="Activation.Pump"/> run soon.</summary>
    public void WantPump()
    {
        lock (_gate)
        {
            _pumpWanted = true;
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        _onThisThread = this;
        try
        {
            for (var piece = 0; piece < PiecesPerSliceMax; piece++)
            {
                Task? continuation;
                lock (_gate)
                {
                    if (!_continuations.TryDequeue(out continuation))
                    {
                        if (!_pumpWanted)
                        {
                            _scheduled = false;
                            return;
                        }

                        _pumpWanted = false;
                    }
                }

                if (continuation is not null)
                {
                    TryExecuteTask(continuation);
                }
                else
                {
                    // Made here and not by the sender: the sender's ambient values (AsyncLocal) do not travel in a message.
                    new Task(PumpActivation, Activation, CancellationToken.None, TaskCreationOptions.DenyChildAttach)
                        .RunSynchronously(this);
                }
            }
        }
        finally
        {
            _onThisThread = null;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _continuations.Enqueue(task);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _onThisThread == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return _continuations.ToArray();
        }
    }
}
