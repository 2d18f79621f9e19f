using Acquiring.Core.Refusals;

namespace Acquiring.Standalone.Postgres;

/// <summary>Why there is no private PostgreSQL, each with its cures in the text (<c>PostgresTexts.resx</c>).</summary>
internal static class PostgresRefusals
{
    public static RefusedException NoBinaries(IReadOnlyList<PostgresBinaries> tooOld) =>
        tooOld.Count == 0
            ? Of("postgres.no-binaries", new("minimum", Text(PostgresBinaries.MajorMin)), new("setting", PrivatePostgresOptions.BinariesVariable))
            : TooOld(tooOld[0]);

    public static RefusedException TooOld(PostgresBinaries found) =>
        Of("postgres.too-old", new("folder", found.Directory), new("major", Text(found.Major)),
            new("minimum", Text(PostgresBinaries.MajorMin)), new("setting", PrivatePostgresOptions.BinariesVariable));

    public static RefusedException NotBinaries(string folder) =>
        Of("postgres.not-binaries", new("folder", folder), new("setting", PrivatePostgresOptions.BinariesVariable));

    public static RefusedException OtherMajor(string dataDirectory, int clusterMajor, IReadOnlyList<PostgresBinaries> found) =>
        Of("postgres.other-major", new("data", dataDirectory), new("major", Text(clusterMajor)),
            new("found", found.Count == 0 ? "-" : string.Join(", ", found.Select(f => $"{f.Major} ({f.Directory})"))),
            new("setting", PrivatePostgresOptions.BinariesVariable));

    public static RefusedException NoSuchUser(string name) =>
        Of("postgres.no-such-user", new("user", name), new("setting", PrivatePostgresOptions.UserVariable));

    public static RefusedException Unreachable(string user, string blocking, string wanted) =>
        Of("postgres.unreachable", new("user", user), new("folder", blocking), new("wanted", wanted),
            new("setting", PrivatePostgresOptions.UserVariable));

    public static RefusedException DataDirectory(string folder, Exception cause) =>
        new(Refusal.Of(RefusalKind.Unavailable, "postgres.data-directory", new("folder", folder), new("reason", cause.Message)), cause);

    public static RefusedException NotACluster(string folder) => Of("postgres.not-a-cluster", new Detail("folder", folder));

    public static RefusedException ForeignCluster(string folder) => Of("postgres.foreign-cluster", new Detail("folder", folder));

    public static RefusedException FetchFailed(string package, string reason) =>
        Of("postgres.fetch-failed", new("package", package), new("reason", reason), new("setting", PrivatePostgresOptions.BinariesVariable));

    public static RefusedException InitdbFailed(string folder, string reason) =>
        Of("postgres.initdb-failed", new("folder", folder), new("reason", reason));

    public static RefusedException DidNotStart(string log, string reason) =>
        Of("postgres.did-not-start", new("log", log), new("reason", reason));

    public static RefusedException Stuck(int processId, string status, TimeSpan waited) =>
        Of("postgres.stuck", new("pid", Text(processId)), new("status", status), new("seconds", Text((int)waited.TotalSeconds)));

    public static RefusedException NotDurable(string settings) => Of("postgres.not-durable", new Detail("settings", settings));

    private static RefusedException Of(string code, params IReadOnlyList<Detail> details) =>
        new(Refusal.Of(RefusalKind.Unavailable, code, details));

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
