namespace Acquiring.Backend.Platform;

/// <summary>
/// Counts commits that changed the registry, the journal or the volumes. A grain that cached what it read compares the count and reads
/// again. Exact because there is one writer process per database.
/// </summary>
public sealed class ChangeCounter
{
    private long _current;

    public long Current => Interlocked.Read(ref _current);

    public void Advance() => Interlocked.Increment(ref _current);
}
