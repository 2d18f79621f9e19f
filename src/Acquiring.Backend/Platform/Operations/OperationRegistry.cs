namespace Acquiring.Backend.Platform.Operations;

/// <summary>The operations of this process, the newest <see cref="KeptMax"/> of them.</summary>
public sealed class OperationRegistry(TimeProvider clock) : IDisposable
{
    public const int KeptMax = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, LinkedListNode<Operation>> _byId = [];
    private readonly LinkedList<Operation> _inOrder = [];
    private readonly List<Operation> _unsaved = [];
    private readonly SemaphoreSlim _changed = new(0, 1);

    /// <param name="kind">Stable word, such as <c>clearing-file</c>.</param>
    /// <param name="id">Made by the client before it sends, so that it can follow; <c>null</c> and one is made here.</param>
    /// <param name="subject">What it works on, for people.</param>
    /// <remarks>A repeated id is a repeated request: the newer operation is the one that is followed.</remarks>
    public Operation Start(string kind, Guid? id, string subject)
    {
        var operation = new Operation(id ?? Guid.CreateVersion7(clock.GetUtcNow()), kind, subject, clock);
        Add(operation);
        return operation;
    }

    public void Add(Operation operation)
    {
        operation.Changed = Wake;
        lock (_gate)
        {
            if (_byId.Remove(operation.Id, out var earlier))
            {
                _inOrder.Remove(earlier);
            }

            _byId[operation.Id] = _inOrder.AddLast(operation);
            _unsaved.Add(operation);
            ForgetTheOldest();
        }

        Wake();
    }

    /// <summary>Those whose end is not written down yet.</summary>
    internal IReadOnlyList<Operation> Unsaved()
    {
        lock (_gate)
        {
            return [.. _unsaved];
        }
    }

    /// <summary>Its end is written down.</summary>
    internal void Saved(Operation operation)
    {
        lock (_gate)
        {
            _unsaved.Remove(operation);
        }
    }

    /// <summary>Another process does it now.</summary>
    internal void Forget(Operation operation)
    {
        lock (_gate)
        {
            _unsaved.Remove(operation);
            if (_byId.TryGetValue(operation.Id, out var node) && node.Value == operation)
            {
                _byId.Remove(operation.Id);
                _inOrder.Remove(node);
            }
        }
    }

    /// <summary>Waits until an operation begins or ends, and while some run no longer than <paramref name="atMost"/>.</summary>
    internal Task ChangedAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        _changed.WaitAsync(Unsaved().Count > 0 ? atMost : TimeSpan.FromMinutes(1), cancellationToken);

    public void Dispose() => _changed.Dispose();

    public Operation? Find(Guid id)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(id, out var node) ? node.Value : null;
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Operation> All()
    {
        lock (_gate)
        {
            return [.. _inOrder.Reverse()];
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    // Ended ones go first: what still runs is what people look for. The number running is bounded by the host's connections.
    private void ForgetTheOldest()
    {
        for (var node = _inOrder.First; node is not null && _byId.Count > KeptMax;)
        {
            var next = node.Next;
            if (node.Value.IsEnded)
            {
                _inOrder.Remove(node);
                _byId.Remove(node.Value.Id);
            }

            node = next;
        }
    }
}
