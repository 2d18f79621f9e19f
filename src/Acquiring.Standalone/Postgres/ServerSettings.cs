using System.Text;

namespace Acquiring.Standalone.Postgres;

/// <summary>The settings of the private server; what is not here is PostgreSQL's default.</summary>
internal static class ServerSettings
{
    private static readonly (string Name, string Value)[] _ours =
    [
        // Nothing that was confirmed is lost. PostgresDurability asserts these at start.
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),

        // One machine, shared with the host and its browser; see SharedBuffersMb for the buffers.
        ("wal_buffers", "16MB"),
        ("max_connections", "60"),
        ("work_mem", "16MB"),
        ("maintenance_work_mem", "64MB"),

        // A file of a million lines is half a gigabyte of WAL: fewer checkpoints on the way, seconds of recovery after a crash.
        ("max_wal_size", "4GB"),
        ("checkpoint_timeout", "15min"),
        ("jit", "off"),
        // Its rows are in memory or on a disk without heads: with the default of 4 a list of the few reads whole tables.
        ("random_page_cost", "1.1"),

        ("timezone", "UTC"),
        ("log_timezone", "UTC"),

        ("logging_collector", "on"),
        ("log_directory", "log"),
        ("log_filename", "postgresql-%Y%m%d-%H%M%S.log"),
        ("log_rotation_size", "10MB"),
        ("log_line_prefix", "%m [%p] "),

        // Details and contexts quote rows, parameters quote values: personal data stays out of the log.
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
    ];

    public static string Text(ServerAddress address, IReadOnlyDictionary<string, string> further)
    {
        var text = new StringBuilder("# Written by the program at each start; changes here are lost. Use ALTER SYSTEM for your own.\n");
        foreach (var (name, value) in _ours)
        {
            Line(text, name, value);
        }

        Line(text, "shared_buffers", $"{SharedBuffersMb(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}MB");
        var socket = address.SocketDirectory.Length > 0;
        Line(text, "listen_addresses", socket ? "" : "127.0.0.1");
        Line(text, "port", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Line(text, "unix_socket_directories", socket ? "\"" + address.SocketDirectory.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : "");
        Line(text, "unix_socket_permissions", "0700");
        foreach (var (name, value) in further)
        {
            Line(text, name, value);
        }

        return text.ToString();
    }

    /// <summary>
    /// An eighth of the memory, 128 MB to 1 GB: the indexes of a day's million lines are 120 MB, and a page that must leave while a file is
    /// copied waits for the log to be flushed.
    /// </summary>
    internal static long SharedBuffersMb(long memoryBytes) => Math.Clamp(memoryBytes / 8 / (1024 * 1024), 128, 1024);

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(name).Append(" = '").Append(value.Replace("'", "''", StringComparison.Ordinal)).Append("'\n");
}
