using Acquiring.Backend.Platform.Migrations;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Host.CommandLine;
using Acquiring.Standalone.Postgres;
using Npgsql;

namespace Acquiring.Host.Hosting;

/// <summary>The database, open, durable, migrated, and belonging to the key of this data directory.</summary>
internal sealed class HostDatabase : IAsyncDisposable
{
    private readonly PrivatePostgres? _private;
    private readonly DatabaseClaim _claim;

    private HostDatabase(PrivatePostgres? ours, string connectionString, NpgsqlDataSource dataSource, PersonalDataKey key, DatabaseClaim claim)
    {
        _claim = claim;
        ConnectionString = connectionString;
        _private = ours;
        DataSource = dataSource;
        Key = key;
    }

    /// <summary>With its password, if it has one: for libraries that open connections of their own.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public PersonalDataKey Key { get; }

    /// <summary>Completes when others took the database while it could not be reached; the host must end.</summary>
    public Task<Refusal> Lost => _claim.Lost;

    public static async Task<HostDatabase> OpenAsync(
        HostSettings settings, Speech speech, Action<string> notice, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        var keyFile = PersonalDataKey.PathFor(settings.Data.Path, Environment.GetEnvironmentVariable(PersonalDataKey.FileVariable));
        var key = PersonalDataKey.LoadOrCreate(keyFile);
        PrivatePostgres? ours = null;
        NpgsqlDataSource? dataSource = null;
        DatabaseClaim? claim = null;
        try
        {
            if (settings.Database is null)
            {
                var options = PrivatePostgresOptions.FromEnvironment(settings.Data.Path) with { Tell = told => notice(speech.Say(told.Code, told.Details)) };
                ours = await PrivatePostgres.StartAsync(options, logging.CreateLogger<PrivatePostgres>(), TimeProvider.System, cancellationToken);
            }

            var connectionString = settings.Database ?? ours!.ConnectionString;
            dataSource = Open(connectionString, logging);
            await ReachAsync(dataSource, settings, cancellationToken);
            await PostgresDurability.AssertAsync(dataSource, cancellationToken);
            // Before anything is changed.
            claim = await DatabaseClaim.TakeAsync(dataSource, settings.Runtime.SharesDatabase, logging.CreateLogger<DatabaseClaim>(), cancellationToken);
            await MigrateAsync(dataSource, logging, cancellationToken);
            using var protector = new PersonalDataProtector(key);
            await PersonalDataKeyCheck.VerifyAsync(dataSource, protector, TimeProvider.System, cancellationToken);
            ours?.KeepRunning(dataSource.Clear);
            return new HostDatabase(ours, connectionString, dataSource, key, claim);
        }
        catch
        {
            if (claim is not null)
            {
                await claim.DisposeAsync();
            }

            if (dataSource is not null)
            {
                await dataSource.DisposeAsync();
            }

            if (ours is not null)
            {
                await ours.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _claim.DisposeAsync();
        await DataSource.DisposeAsync();
        if (_private is not null)
        {
            await _private.DisposeAsync();
        }
    }

    private static NpgsqlDataSource Open(string connectionString, ILoggerFactory logging)
    {
        try
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            builder.ConnectionStringBuilder.ApplicationName = "acquiring";
            return builder.UseLoggerFactory(logging).Build();
        }
        catch (ArgumentException e)
        {
            throw new RefusedException(HostRefusals.DatabaseSettingUnreadable(), e);
        }
    }

    private static async Task ReachAsync(NpgsqlDataSource dataSource, HostSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (settings.Database is not null && e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            var name = settings.Database is { } given ? RunningHost.NameOf(given) : Holder.PrivateDatabase;
            throw new RefusedException(HostRefusals.DatabaseUnreachable(name, e.Message), e);
        }
    }

    private static Task<int> MigrateAsync(NpgsqlDataSource dataSource, ILoggerFactory logging, CancellationToken cancellationToken) =>
        new Migrator(MigrationSet.Embedded, TimeProvider.System, logging.CreateLogger<Migrator>()).MigrateAsync(dataSource, cancellationToken);
}
