using Acquiring.Core.Refusals;
using Acquiring.Host.CommandLine;
using Acquiring.Standalone.Postgres;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;

namespace Acquiring.Host.Hosting;

/// <summary>
/// The host, running. It starts from the ground up - lock, database, migrations, modules - and listens last, so that whoever
/// reaches it finds it ready; it stops in the reverse order, after the requests under way.
/// </summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly HostSettings _settings;
    private readonly ILoggerFactory _logging;
    private readonly WriterLock _writer;
    private HostDatabase? _database;
    private WebApplication? _app;
    private bool _hasFailed;

    private RunningHost(HostSettings settings, WriterLock writer)
    {
        _settings = settings;
        _writer = writer;
        _logging = LoggerFactory.Create(logging => HostLogging.Configure(logging, settings));
    }

    public NpgsqlDataSource Database => _database!.DataSource;

    /// <summary>Completes when the host must end because others serve its database.</summary>
    public Task<Refusal> Lost => _database!.Lost;

    /// <summary>The TCP addresses as bound: a port 0 has become a number.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    public static string NameOf(string connectionString)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            return $"{parts.Host}:{parts.Port}/{parts.Database}";
        }
        catch (ArgumentException e)
        {
            throw new RefusedException(HostRefusals.DatabaseSettingUnreadable(), e);
        }
    }

    /// <returns><c>null</c> when another process is the writer of the data directory.</returns>
    /// <exception cref="RefusedException">The surroundings do not allow it; the text says the cure.</exception>
    public static async Task<RunningHost?> TryStartAsync(HostSettings settings, Speech speech, Action<string> notice, CancellationToken cancellationToken)
    {
        var addresses = ListenAddress.Read(settings.Urls, settings.Insecure).Value;
        settings.Data.Prepare();
        if (TryLock(settings.Data) is not { } writer)
        {
            return null;
        }

        var host = new RunningHost(settings, writer);
        try
        {
            await host.StartAsync(addresses, speech, notice, cancellationToken);
            return host;
        }
        catch
        {
            host._hasFailed = true;
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // Waits for the requests of others, as long as HostLogging's neighbour, ShutdownTimeout, allows.
            try
            {
                await _app.StopAsync();
            }
            catch (InvalidOperationException) when (_hasFailed)
            {
                // A silo that broke while it started cannot be stopped; why it broke is what people must read.
            }

            await _app.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        Holder.Forget(_settings.Data);
        _logging.Dispose();
        _writer.Dispose();
    }

    private static WriterLock? TryLock(DataDirectory data)
    {
        try
        {
            return WriterLock.TryAcquire(data.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                Refusal.Of(RefusalKind.Unavailable, "host.data-directory-unusable", new Detail("directory", data.Path), new Detail("reason", e.Message)), e);
        }
    }

    private async Task StartAsync(
        IReadOnlyList<ListenAddress> addresses, Speech speech, Action<string> notice, CancellationToken cancellationToken)
    {
        // Said early: whoever meets the lock while we start wants to know whom it meets.
        WriteHolder(_settings.Urls);
        _database = await HostDatabase.OpenAsync(_settings, speech, notice, _logging, cancellationToken);
        _app = WebComposition.Build(_settings, addresses, _database, speech.Texts);
        File.Delete(_settings.Data.SocketPath);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException || addresses.Count > 0)
        {
            throw new RefusedException(HostRefusals.PortTaken(string.Join(", ", _settings.Urls), e.Message), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new RefusedException(
                addresses.Count > 0
                    ? HostRefusals.PortTaken(string.Join(", ", _settings.Urls), e.Message)
                    : HostRefusals.SocketUnusable(_settings.Data, e.Message), e);
        }

        Urls = [.. BoundUrls(_app)];
        WriteHolder(Urls);
    }

    private void WriteHolder(IReadOnlyList<string> urls) =>
        new Holder(Environment.ProcessId, _settings.Verb, urls, _settings.Database is { } given ? NameOf(given) : Holder.PrivateDatabase).Write(_settings.Data);

    private static IEnumerable<string> BoundUrls(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(a => !a.Contains("unix:", StringComparison.Ordinal));
}
