using Npgsql;

namespace Acquiring.Testing;

/// <summary>One test's own database; gone when disposed, whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _admin;

    internal TestDatabase(string name, string admin)
    {
        _name = name;
        _admin = admin;
        ConnectionString = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = true }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public NpgsqlDataSource DataSource { get; }

    public string ConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await TestCluster.ExecuteAsync(_admin, $"drop database {_name} with (force)");
    }
}
