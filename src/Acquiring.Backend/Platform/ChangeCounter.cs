namespace Acquiring.Backend.Platform;

/// <summary>What a commit changed, for those who remember what they read.</summary>
[Flags]
public enum Change
{
    None = 0,

    /// <summary>Rows that people are shown.</summary>
    Rows = 1,

    /// <summary>Lines that a merchant's grain did not see coming.</summary>
    Bulk = 2,

    /// <summary>Merchants, terminals, plans or steps.</summary>
    Registry = 4,

    All = Rows | Bulk | Registry,
}

/// <summary>
/// Counts commits that changed the registry, the journal or the volumes. Who cached what it read compares the count and reads again.
/// Exact where this process is the only writer. Where others write too (<see cref="IsShared"/>), theirs are heard of a moment after their
/// commit, so what money hangs on is compared with the database itself, under the ingest lock.
/// </summary>
public sealed class ChangeCounter
{
    private long _current;
    private long _bulk;
    private long _registry;
    private volatile bool _isDeaf;

    /// <summary>Told of each own commit, after it; of one that changes the registry, just before.</summary>
    public Action<Change>? Announce { get; set; }

    /// <summary>Whether other processes write to this database.</summary>
    public bool IsShared { get; set; }

    /// <summary>While nothing is heard of the others, every look counts as a change; so does the moment when hearing begins again.</summary>
    public bool IsDeaf
    {
        get => _isDeaf;
        set
        {
            _isDeaf = value;
            Hear(Change.All);
        }
    }

    /// <summary>Counts every commit: what shows rows to people compares it.</summary>
    public long Current => Look(ref _current);

    /// <summary>
    /// Counts the commits that a merchant's grain did not see coming: files, withdrawals, lines out of suspense. Online notices passed
    /// the grain one by one, so they do not make every grain read again.
    /// </summary>
    public long Bulk => Look(ref _bulk);

    /// <summary>Counts imports; advanced just before their commit, under the ingest lock (see <c>RegistrySnapshots</c>).</summary>
    public long Registry => Look(ref _registry);

    public void Advance() => Count(Change.Rows | Change.Bulk);

    public void AdvanceOnline() => Count(Change.Rows);

    public void AdvanceRegistry() => Count(Change.Registry);

    /// <summary>Another process committed.</summary>
    public void Hear(Change change)
    {
        if (change.HasFlag(Change.Rows))
        {
            Interlocked.Increment(ref _current);
        }

        if (change.HasFlag(Change.Bulk))
        {
            Interlocked.Increment(ref _bulk);
        }

        if (change.HasFlag(Change.Registry))
        {
            Interlocked.Increment(ref _registry);
        }
    }

    private void Count(Change change)
    {
        Hear(change);
        Announce?.Invoke(change);
    }

    private long Look(ref long count) => _isDeaf ? Interlocked.Increment(ref count) : Interlocked.Read(ref count);
}
