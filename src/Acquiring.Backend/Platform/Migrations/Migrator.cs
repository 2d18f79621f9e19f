using Acquiring.Core.Refusals;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform.Migrations;

/// <summary>
/// Brings a database to the last number: forward only, one transaction for each migration, its check and its row, so that an
/// interruption leaves whole steps and a repetition goes on from there. Hosts that start together wait for one another.
/// </summary>
public sealed partial class Migrator(MigrationSet migrations, TimeProvider clock, ILogger<Migrator> logger)
{
    private const int ServerVersionMin = 15;

    private const long AdvisoryLock = DatabaseLocks.Migrations;

    private static readonly TimeSpan _lockTimeout = TimeSpan.FromMinutes(1);

    /// <returns>How many migrations were applied; 0 when the database was up to date.</returns>
    /// <exception cref="RefusedException"><c>migrations.newer-database</c>, <c>migrations.changed</c>, <c>migrations.locked</c>,
    /// <c>migrations.server-too-old</c>: nothing was changed.</exception>
    /// <exception cref="PostgresException">A migration or its check failed: a bug; that step was rolled back.</exception>
    public async Task<int> MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < ServerVersionMin)
        {
            throw MigrationRefusals.ServerTooOld(connection.PostgreSqlVersion.Major, ServerVersionMin);
        }

        await LockAsync(connection, cancellationToken);
        try
        {
            var applied = await AppliedAsync(connection);
            RefuseOtherHistory(applied);
            foreach (var migration in migrations.All.Skip(applied.Count))
            {
                await ApplyAsync(connection, migration, cancellationToken);
                LogApplied(logger, migration.Number, migration.Name);
            }

            return migrations.Last - applied.Count;
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@AdvisoryLock); reset lock_timeout", new { AdvisoryLock });
        }
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(new(
                "select set_config('lock_timeout', @timeout, false)", new { timeout = $"{_lockTimeout.TotalMilliseconds:F0}" }, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new(
                "select pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, commandTimeout: 0, cancellationToken: cancellationToken));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw MigrationRefusals.Locked(_lockTimeout);
        }
    }

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection)
    {
        const string sql =
            """
            create table if not exists schema_migration (
                number     integer     not null,
                name       text        not null,
                checksum   text        not null,
                applied_at timestamptz not null,
                constraint schema_migration_pk primary key (number)
            );
            select number, name, checksum from schema_migration order by number
            """;
        return (await connection.QueryAsync<AppliedMigration>(sql)).AsList();
    }

    private void RefuseOtherHistory(IReadOnlyList<AppliedMigration> applied)
    {
        if (applied.Count > 0 && applied[^1].Number > migrations.Last)
        {
            throw MigrationRefusals.NewerDatabase(applied[^1].Number, migrations.Last);
        }

        for (var i = 0; i < applied.Count; i++)
        {
            var ours = migrations.All[i];
            if (applied[i].Number != ours.Number || applied[i].Checksum != ours.Checksum)
            {
                throw MigrationRefusals.Changed(ours);
            }
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        const string record =
            """
            insert into schema_migration (number, name, checksum, applied_at)
            values (@Number, @Name, @Checksum, @appliedAt)
            """;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var sql in new[] { migration.Sql, migration.Check })
        {
            await connection.ExecuteAsync(new(sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        }

        await connection.ExecuteAsync(new(
            record, new { migration.Number, migration.Name, migration.Checksum, appliedAt = clock.GetUtcNow().UtcDateTime }, transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Number} {Name}")]
    private static partial void LogApplied(ILogger logger, int number, string name);

    private sealed record AppliedMigration(int Number, string Name, string Checksum);
}
