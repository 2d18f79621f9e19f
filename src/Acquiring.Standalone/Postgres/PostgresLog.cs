using Microsoft.Extensions.Logging;

namespace Acquiring.Standalone.Postgres;

internal static partial class PostgresLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Made a database cluster in {Cluster} with PostgreSQL {Major}")]
    public static partial void Made(ILogger logger, string cluster, int major);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL {Major} runs as process {ProcessId} on {Cluster}")]
    public static partial void Started(ILogger logger, int processId, string cluster, int major);

    [LoggerMessage(Level = LogLevel.Information, Message = "Adopted the PostgreSQL that an earlier run left: process {ProcessId} on {Cluster}")]
    public static partial void Adopted(ILogger logger, int processId, string cluster);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed a stale pid file (process {ProcessId}) of {Cluster}")]
    public static partial void Stale(ILogger logger, int processId, string cluster);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL (process {ProcessId}) died; it is started again on {Cluster}")]
    public static partial void Died(ILogger logger, int processId, string cluster);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL could not be started again on {Cluster}; tried again soon")]
    public static partial void NotStartedAgain(ILogger logger, Exception exception, string cluster);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL (process {ProcessId}) did not stop and is left for the next run: {Said}")]
    public static partial void NotStopped(ILogger logger, int processId, string said);
}
