using Acquiring.Core.Refusals;

namespace Acquiring.Standalone.Postgres;

/// <summary>Something people should hear of while they wait; its text is looked up by the code, as a refusal's is.</summary>
public sealed record PostgresNotice(string Code, IReadOnlyList<Detail> Details);

/// <summary>Where the private PostgreSQL lives and as whom it runs.</summary>
/// <param name="DataDirectory">The product's data directory; the cluster is <c>postgres</c> in it. It need not exist.</param>
public sealed record PrivatePostgresOptions(string DataDirectory)
{
    /// <summary>Names the folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; nothing else is searched when it is set.</summary>
    public const string BinariesVariable = "ACQUIRING_PG_BIN";

    /// <summary>Names the operating-system user that the server runs as when the host was started by root.</summary>
    public const string UserVariable = "ACQUIRING_PG_USER";

    public string? BinariesDirectory { get; init; }

    /// <summary>Only used when started by root. Default: the cluster's owner; for a new cluster <c>postgres</c>, else <c>nobody</c>.</summary>
    public string? UnprivilegedUser { get; init; }

    /// <summary>Told what takes seconds: fetching binaries, making a cluster, waiting for recovery.</summary>
    public Action<PostgresNotice>? Tell { get; init; }

    /// <summary>Further server settings by name; they win over ours. For tests and for measuring.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Never use a unix socket, as on Windows: a loopback port with a password instead.</summary>
    public bool LoopbackOnly { get; init; } = OperatingSystem.IsWindows();

    /// <summary>Where an unset <see cref="BinariesDirectory"/> is searched.</summary>
    public PostgresPlaces Places { get; init; } = PostgresPlaces.OfThisMachine();

    public static PrivatePostgresOptions FromEnvironment(string dataDirectory) => new(dataDirectory)
    {
        BinariesDirectory = NullIfBlank(Environment.GetEnvironmentVariable(BinariesVariable)),
        UnprivilegedUser = NullIfBlank(Environment.GetEnvironmentVariable(UserVariable)),
    };

    internal void Notify(string code, params IReadOnlyList<Detail> details) => Tell?.Invoke(new(code, details));

    private static string? NullIfBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}

/// <summary>The folders of this machine that a search for PostgreSQL looks into.</summary>
/// <param name="Path">The folders of <c>PATH</c>, in order; <c>npm</c> is looked for in them too.</param>
/// <param name="VersionedFolders">Patterns with one <c>*</c> where the major version stands, such as Debian's.</param>
public sealed record PostgresPlaces(IReadOnlyList<string> Path, IReadOnlyList<string> VersionedFolders)
{
    public static PostgresPlaces OfThisMachine() => new(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        OperatingSystem.IsWindows()
            ? [@"C:\Program Files\PostgreSQL\*\bin"]
            : ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"]);

    internal string? Find(string program) => Path
        .SelectMany(folder => Names(program).Select(name => System.IO.Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static IEnumerable<string> Names(string program) =>
        OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd"] : [program];
}
