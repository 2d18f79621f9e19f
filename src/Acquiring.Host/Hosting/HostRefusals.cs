using Acquiring.Core.Refusals;

namespace Acquiring.Host.Hosting;

/// <summary>Why a host cannot start, or a verb cannot reach one.</summary>
internal static class HostRefusals
{
    public static Refusal Busy(DataDirectory data) =>
        Refusal.Of(RefusalKind.Unavailable, "host.busy", new Detail("directory", data.Path), ProcessOf(Holder.Read(data)));

    public static Refusal AlreadyRunning(DataDirectory data, Holder? holder) => Refusal.Of(
        RefusalKind.Conflict, "host.already-running",
        new Detail("directory", data.Path), ProcessOf(holder), new Detail("urls", string.Join(", ", holder?.Urls ?? [])));

    public static Refusal AnotherDatabase(DataDirectory data, string database) =>
        Refusal.Of(RefusalKind.Conflict, "host.another-database", new Detail("directory", data.Path), new Detail("database", database));

    public static Refusal PortTaken(string urls, string reason) =>
        Refusal.Of(RefusalKind.Unavailable, "host.port-taken", new Detail("urls", urls), new Detail("reason", reason));

    public static Refusal SocketUnusable(DataDirectory data, string reason) =>
        Refusal.Of(RefusalKind.Unavailable, "host.socket-unusable", new Detail("path", data.SocketPath), new Detail("reason", reason));

    public static Refusal DatabaseUnreachable(string database, string reason) =>
        Refusal.Of(RefusalKind.Unavailable, "host.database-unreachable", new Detail("database", database), new Detail("reason", reason));

    public static Refusal DatabaseSettingUnreadable() => Refusal.Of(RefusalKind.Invalid, "host.database-setting-unreadable");

    /// <param name="alone">The holder serves alone (the standalone build), and excludes everybody; else silos, which exclude a standalone host.</param>
    /// <param name="holders">As they call themselves.</param>
    public static Refusal ServedByOthers(bool alone, string holders) => Refusal.Of(
        RefusalKind.Unavailable, alone ? "host.database-served-alone" : "host.database-served-by-silos", new Detail("holders", holders));

    private static Detail ProcessOf(Holder? holder) => new("process", holder is null ? "?" : $"{holder.ProcessId}");
}
