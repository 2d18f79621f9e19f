namespace Acquiring.Acceptance.Interrupted.Load;

/// <summary>Holds the clients back while somebody looks at what the kill left.</summary>
internal sealed class Gate
{
    private TaskCompletionSource _open = Opened();
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public void Close() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public async Task PassAsync()
    {
        Interlocked.Increment(ref _waiting);
        await Volatile.Read(ref _open).Task;
        Interlocked.Decrement(ref _waiting);
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        open.SetResult();
        return open;
    }
}
