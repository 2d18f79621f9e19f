using Acquiring.Backend.Platform.Migrations;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Benchmarks.Bank;

/// <summary>
/// One private PostgreSQL, started as the product starts it, in a temporary directory; the registry is imported once by the product
/// and copied for each measurement. Everything is gone when it is disposed.
/// </summary>
internal sealed class BenchmarkBank : IAsyncDisposable
{
    /// <summary>The one setting that is not the product's: 64 clients of a reference must get in.</summary>
    public const int ConnectionsMax = 200;

    private const string Template = "bank";

    private readonly TestDirectory _directory;
    private readonly PrivatePostgres _server;
    private int _databases;

    private BenchmarkBank(TestDirectory directory, PrivatePostgres server, BankRegistry registry)
    {
        (_directory, _server, Registry) = (directory, server, registry);
        Key = PersonalDataKey.LoadOrCreate(PersonalDataKey.PathFor(HostDirectory, null));
        Directory.CreateDirectory(directory["files"]);
    }

    public BankRegistry Registry { get; }

    public PersonalDataKey Key { get; }

    /// <summary>The data directory of a host on this server; its key sealed the registry.</summary>
    public string HostDirectory => _directory["host"];

    public static async Task<BenchmarkBank> StartAsync(BankRegistry registry, Report report, CancellationToken cancellationToken)
    {
        var directory = new TestDirectory();
        try
        {
            var options = PrivatePostgresOptions.FromEnvironment(directory["data"]) with
            {
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["max_connections"] = $"{ConnectionsMax}" },
            };
            var server = await PrivatePostgres.StartAsync(options, NullLogger.Instance, TimeProvider.System, cancellationToken);
            var bank = new BenchmarkBank(directory, server, registry);
            await bank.MakeTemplateAsync(cancellationToken);
            report.Remark($"PostgreSQL as the product starts it, but max_connections {ConnectionsMax}; a checkpoint before each measurement.");
            return bank;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>A path for a file that the caller removes.</summary>
    public string File(string name) => Path.Combine(_directory["files"], name);

    /// <summary>A fresh database with the registry and an empty journal.</summary>
    public Task<BankDatabase> NewAsync(CancellationToken cancellationToken) => NewAsync(Template, cancellationToken);

    /// <summary>A fresh database without any table, for a reference.</summary>
    public Task<BankDatabase> NewEmptyAsync(CancellationToken cancellationToken) => NewAsync("template0", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    private Task<BankDatabase> NewAsync(string template, CancellationToken cancellationToken) =>
        BankDatabase.CreateAsync(_server.ConnectionString, $"measured_{++_databases}", template, cancellationToken);

    private async Task MakeTemplateAsync(CancellationToken cancellationToken)
    {
        await using var template = await BankDatabase.CreateAsync(_server.ConnectionString, Template, "template0", cancellationToken);
        template.Kept = true;
        await new Migrator(MigrationSet.Embedded, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(template.DataSource, cancellationToken);
        using var protector = new PersonalDataProtector(Key);
        await PersonalDataKeyCheck.VerifyAsync(template.DataSource, protector, TimeProvider.System, cancellationToken);
        await using var product = Product.On(template.DataSource, Key);
        await product.ImportAsync(Registry, cancellationToken);
        await template.ExecuteAsync("vacuum analyze", cancellationToken);
    }
}
