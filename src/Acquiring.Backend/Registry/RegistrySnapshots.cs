using System.Diagnostics.CodeAnalysis;
using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.Registry;

/// <summary>
/// The snapshot that judging uses, loaded again after an import. An import commits and announces itself under the ingest lock, so whoever
/// holds that lock judges by the registry of this moment.
/// </summary>
public sealed class RegistrySnapshots(ChangeCounter changes)
{
    private readonly Lock _gate = new();
    private RegistrySnapshot? _snapshot;
    private long _loadedAt = -1;
    private long _loadedVersion;

    /// <summary>What was loaded last, if no import came since; asks nobody.</summary>
    public bool TryCurrent([NotNullWhen(true)] out RegistrySnapshot? snapshot)
    {
        lock (_gate)
        {
            snapshot = _loadedAt == changes.Registry ? _snapshot : null;
        }

        return snapshot is not null;
    }

    /// <summary>The caller holds the ingest lock: without it, what is read may be older than the import that was just announced.</summary>
    public async Task<RegistrySnapshot> CurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var heard = changes.Registry;
        // Under the lock nobody else commits a registry; but what another process committed a moment ago may not have been heard of yet.
        var version = changes.IsShared ? await RegistryVersion.ReadAsync(connection, cancellationToken) : 0;
        lock (_gate)
        {
            if (_snapshot is not null && (changes.IsShared ? _loadedVersion == version : _loadedAt == heard))
            {
                _loadedAt = heard;
                return _snapshot;
            }
        }

        var loaded = await RegistrySnapshot.LoadAsync(connection, cancellationToken);
        lock (_gate)
        {
            (_snapshot, _loadedAt, _loadedVersion) = (loaded, heard, version);
        }

        return loaded;
    }

    /// <summary>
    /// For readers without the lock: as new as the last commit they can see. Not kept for others, because a change is announced just before
    /// its commit, so that what is loaded in between is older than its announcement.
    /// </summary>
    public async Task<RegistrySnapshot> RecentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_snapshot is not null && _loadedAt == changes.Registry)
            {
                return _snapshot;
            }
        }

        return await RegistrySnapshot.LoadAsync(connection, cancellationToken);
    }
}
