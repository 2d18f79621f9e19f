using Acquiring.Backend.Platform;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// Hangfire's queue and history, in a schema of their own beside the product's tables. Hangfire makes and changes that schema by itself; no
/// table of ours refers to it, and it may be dropped while no silo runs.
/// </summary>
internal static class HangfireStorage
{
    public const string Schema = "hangfire";

    /// <summary>Beside the workers: those who keep the queue, the locks and the dashboard.</summary>
    private const int ConnectionsBesideWorkers = 12;

    /// <summary>Kept alive while its worker lives; a dead one's call is fetched by another after this, and finds the lease run out.</summary>
    private static readonly TimeSpan s_fetchedFor = TimeSpan.FromMinutes(2);

    /// <summary>Hangfire's own locks outlive who held them by this; a silo killed while it made the minute's call would else stop the asking for ten minutes.</summary>
    private static readonly TimeSpan s_lockedFor = TimeSpan.FromMinutes(1);

    /// <summary>Makes the schema when it is not there. Silos that start together wait for one another.</summary>
    public static PostgreSqlStorage Open(string connectionString, HangfireSettings settings)
    {
        var own = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "acquiring-hangfire",
            MaxPoolSize = settings.Workers + ConnectionsBesideWorkers,
        }.ConnectionString;
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            PrepareSchemaIfNecessary = true,
            QueuePollInterval = settings.Poll,
            InvisibilityTimeout = s_fetchedFor,
            UseSlidingInvisibilityTimeout = true,
            DistributedLockTimeout = s_lockedFor,
        };
        using var connection = new NpgsqlConnection(own);
        connection.Open();
        Run(connection, $"select pg_advisory_lock({DatabaseLocks.HangfireSchema})");
        try
        {
            return new PostgreSqlStorage(new NpgsqlConnectionFactory(own, options), options);
        }
        finally
        {
            Run(connection, $"select pg_advisory_unlock({DatabaseLocks.HangfireSchema})");
        }
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}
