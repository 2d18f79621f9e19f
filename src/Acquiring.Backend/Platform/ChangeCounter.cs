namespace Acquiring.Backend.Platform;

/// <summary>
/// Counts commits that changed the registry, the journal or the volumes. A grain that cached what it read compares the count and reads
/// again. Exact because there is one writer process per database.
/// </summary>
public sealed class ChangeCounter
{
    private long _current;
    private long _bulk;
    private long _registry;

    /// <summary>Counts every commit: what shows rows to people compares it.</summary>
    public long Current => Interlocked.Read(ref _current);

    /// <summary>
    /// Counts the commits that a merchant's grain did not see coming: files, withdrawals, lines out of suspense. Online notices passed
    /// the grain one by one, so they do not make every grain read again.
    /// </summary>
    public long Bulk => Interlocked.Read(ref _bulk);

    /// <summary>Counts imports; advanced just before their commit, under the ingest lock (see <c>RegistrySnapshots</c>).</summary>
    public long Registry => Interlocked.Read(ref _registry);

    public void Advance()
    {
        Interlocked.Increment(ref _bulk);
        Interlocked.Increment(ref _current);
    }

    public void AdvanceOnline() => Interlocked.Increment(ref _current);

    public void AdvanceRegistry() => Interlocked.Increment(ref _registry);
}
