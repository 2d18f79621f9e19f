using Npgsql;

namespace Acquiring.Benchmarks.Bank;

/// <summary>One measurement's database; dropped when disposed, so that no measurement pays for the rows of another.</summary>
internal sealed class BankDatabase : IAsyncDisposable
{
    private readonly string _admin;

    private BankDatabase(string admin, string name, string connectionString)
    {
        (_admin, Name, ConnectionString) = (admin, name, connectionString);
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>A template stays.</summary>
    public bool Kept { get; set; }

    public static async Task<BankDatabase> CreateAsync(string server, string name, string template, CancellationToken cancellationToken)
    {
        var admin = new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString;
        await ExecuteAsync(admin, $"create database {name} template {template}", cancellationToken);
        var own = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = BenchmarkBank.ConnectionsMax / 2 };
        return new BankDatabase(admin, name, own.ConnectionString);
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Both sides of a ratio begin with nothing left to be written by others.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken) => ExecuteAsync("checkpoint", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        if (!Kept)
        {
            await ExecuteAsync(_admin, $"drop database {Name} with (force)", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
