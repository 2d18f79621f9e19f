namespace Acquiring.Backend.Platform;

/// <summary>
/// What is under way for each of several receivers, so that one that hangs keeps only its own waiting. For one caller at a time.
/// </summary>
internal sealed class BusyRounds<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Task> _busy = [];

    /// <summary>Lets go of what has ended. Throws what went wrong with it, after all others are let go of.</summary>
    public async Task EndedAsync()
    {
        var ended = _busy.Where(b => b.Value.IsCompleted).ToList();
        foreach (var (key, _) in ended)
        {
            _busy.Remove(key);
        }

        await Task.WhenAll(ended.Select(e => e.Value));
    }

    /// <summary>Begins, unless it is under way for this one.</summary>
    public void Begin(TKey key, Func<Task> round)
    {
        if (!_busy.ContainsKey(key))
        {
            _busy.Add(key, round());
        }
    }

    /// <summary>Waits for all that is under way.</summary>
    public Task EndAsync()
    {
        var under = _busy.Values.ToList();
        _busy.Clear();
        return Task.WhenAll(under);
    }
}
