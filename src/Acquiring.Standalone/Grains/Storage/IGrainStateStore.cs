namespace Acquiring.Standalone.Grains.Storage;

/// <summary>A stored state: its JSON, null after a clear, and its version, counted from 1.</summary>
public readonly record struct StoredState(string? Json, int Version);

/// <summary>
/// Keeps grain state by state name and grain key. A storage name of <c>[PersistentState]</c> picks the store registered under that
/// key, else
/// the one registered without a key.
/// </summary>
public interface IGrainStateStore
{
    /// <summary>Null where nothing was ever stored.</summary>
    Task<StoredState?> ReadAsync(string stateName, string grainKey, CancellationToken cancellationToken);

    /// <summary>Stores over exactly <paramref name="expectedVersion"/> and returns the new version.</summary>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="grainKey">The key of the grain.</param>
    /// <param name="json">The state; null clears it. A clear keeps the version counting, so a stale writer is refused after it too.</param>
    /// <param name="expectedVersion">Null: nothing was ever stored.</param>
    /// <param name="cancellationToken">A cancelled write has an unknown outcome.</param>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another version is stored; nothing was changed. A retry must read
    /// first.</exception>
    Task<int> WriteAsync(string stateName, string grainKey, string? json, int? expectedVersion, CancellationToken cancellationToken);
}
