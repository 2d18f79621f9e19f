using Orleans.Storage;

namespace Acquiring.Standalone.Grains.Storage;

/// <summary>State for as long as the process lives: for tests of grains that need no database.</summary>
public sealed class InMemoryGrainStateStore : IGrainStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string StateName, string GrainKey), StoredState> _states = [];

    /// <inheritdoc />
    public Task<StoredState?> ReadAsync(string stateName, string grainKey, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_states.TryGetValue((stateName, grainKey), out var stored) ? stored : (StoredState?)null);
        }
    }

    /// <inheritdoc />
    public Task<int> WriteAsync(
        string stateName, string grainKey, string? json, int? expectedVersion, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var storedVersion = _states.TryGetValue((stateName, grainKey), out var stored) ? stored.Version : (int?)null;
            if (storedVersion != expectedVersion)
            {
                return Task.FromException<int>(StaleState.Exception(stateName, grainKey, storedVersion, expectedVersion));
            }

            var version = (expectedVersion ?? 0) + 1;
            _states[(stateName, grainKey)] = new StoredState(json, version);
            return Task.FromResult(version);
        }
    }
}

internal static class StaleState
{
    public static InconsistentStateException Exception(string stateName, string grainKey, int? storedVersion, int? expectedVersion) => new(
        $"State \"{stateName}\" of \"{grainKey}\" was expected at {Words(expectedVersion)} but is at "
        + $"{Words(storedVersion)}: somebody else wrote it.",
        storedVersion?.ToString(),
        expectedVersion?.ToString());

    private static string Words(int? version) => version is null ? "no version" : $"version {version}";
}
