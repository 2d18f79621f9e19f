namespace Acquiring.Backend.Platform.Operations;

/// <summary>The operations of this process, the newest <see cref="KeptMax"/> of them.</summary>
public sealed class OperationRegistry(TimeProvider clock)
{
    public const int KeptMax = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, LinkedListNode<Operation>> _byId = [];
    private readonly LinkedList<Operation> _inOrder = [];

    /// <param name="kind">Stable word, such as <c>clearing-file</c>.</param>
    /// <param name="id">Made by the client before it sends, so that it can follow; <c>null</c> and one is made here.</param>
    /// <param name="subject">What it works on, for people.</param>
    /// <remarks>A repeated id is a repeated request: the newer operation is the one that is followed.</remarks>
    public Operation Start(string kind, Guid? id, string subject)
    {
        var operation = new Operation(id ?? Guid.CreateVersion7(clock.GetUtcNow()), kind, subject, clock);
        lock (_gate)
        {
            if (_byId.Remove(operation.Id, out var earlier))
            {
                _inOrder.Remove(earlier);
            }

            _byId[operation.Id] = _inOrder.AddLast(operation);
            ForgetTheOldest();
        }

        return operation;
    }

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
