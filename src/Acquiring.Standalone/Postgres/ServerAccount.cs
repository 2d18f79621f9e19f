using System.Globalization;
using System.Runtime.InteropServices;

namespace Acquiring.Standalone.Postgres;

/// <summary>The unprivileged user that the server runs as when the host runs as root; PostgreSQL itself refuses to be root.</summary>
internal sealed record ServerAccount(string Name, uint UserId, uint GroupId)
{
    private static readonly string[] _defaultNames = ["postgres", "nobody"];

    /// <summary>Null when the host is no root, or on Windows, where <c>pg_ctl</c> itself gives the rights up: then no user is changed.</summary>
    public static async Task<ServerAccount?> ForAsync(PrivatePostgresOptions options, string cluster, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        if (options.UnprivilegedUser is { } named)
        {
            return await FindAsync(named, cancellationToken) is { UserId: not 0 } account
                ? account
                : throw PostgresRefusals.NoSuchUser(named);
        }

        // A cluster made by an ordinary user stays that user's, also when root starts the host once.
        string?[] names = [await OwnerAsync(cluster, cancellationToken), .. _defaultNames];
        foreach (var name in names)
        {
            if (name is not null && await FindAsync(name, cancellationToken) is { UserId: not 0 } account)
            {
                return account;
            }
        }

        throw PostgresRefusals.NoSuchUser(string.Join(", ", _defaultNames));
    }

    /// <summary>Refuses when this user cannot walk down to one of the folders, naming the first folder that blocks it.</summary>
    public async Task EnsureReachesAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var steps = folders.SelectMany(Ancestors).Distinct(StringComparer.Ordinal).ToList();
        var walk = await Tool.RunAsync(
            "/bin/sh", ["-c", "for d in \"$@\"; do test -x \"$d\" || { printf %s \"$d\"; exit 3; }; done", "sh", .. steps], this, cancellationToken);
        if (walk.ExitCode != 0)
        {
            throw PostgresRefusals.Unreachable(Name, walk.Output, steps[^1]);
        }
    }

    public void Own(string path)
    {
        if (ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new IOException($"chown of {path} to {Name} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public void OwnTree(string folder)
    {
        Own(folder);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
        }))
        {
            Own(path);
        }
    }

    public async Task<bool> OwnsAsync(string path, CancellationToken cancellationToken) =>
        await OwnerAsync(path, cancellationToken) == Name;

    private static async Task<string?> OwnerAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return null;
        }

        var owner = await Tool.RunAsync(
            "stat", OperatingSystem.IsMacOS() ? ["-f", "%Su", path] : ["-c", "%U", path], null, cancellationToken);
        return owner.ExitCode == 0 ? owner.Output.Trim() : null;
    }

    private static async Task<ServerAccount?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var user = await Tool.RunAsync("id", ["-u", "--", name], null, cancellationToken);
        var group = await Tool.RunAsync("id", ["-g", "--", name], null, cancellationToken);
        return user.ExitCode == 0 && group.ExitCode == 0
            ? new(name, uint.Parse(user.Output, CultureInfo.InvariantCulture), uint.Parse(group.Output, CultureInfo.InvariantCulture))
            : null;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        return parent is null ? [folder] : [.. Ancestors(parent), folder];
    }

    // The link itself, not what it points to: a cluster may hold links to folders that are not ours.
    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
