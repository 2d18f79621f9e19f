using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// Sees a server die and starts it again at the same address. PostgreSQL itself brings back a backend that crashed; nobody but us
/// brings back its first process, which the kernel ends when memory is short.
/// </summary>
internal sealed class ServerWatch(ServerStart start, Postmaster server, ILogger logger, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private Task? _watching;

    /// <summary>The server as last started.</summary>
    public Postmaster Server { get; private set; } = server;

    public void Begin(Action onStartedAgain) => _watching ??= WatchAsync(onStartedAgain, _ending.Token);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_watching is not null)
        {
            await _watching;
        }

        _ending.Dispose();
    }

    private async Task WatchAsync(Action onStartedAgain, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_every, clock, cancellationToken);
                if (!Server.IsRunning() && !await StartAgainAsync(onStartedAgain, cancellationToken))
                {
                    await Task.Delay(_afterFailure, clock, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> StartAgainAsync(Action onStartedAgain, CancellationToken cancellationToken)
    {
        PostgresLog.Died(logger, Server.ProcessId, Server.Cluster);
        try
        {
            (Server, _) = await start.RunAsync(new ServerAddress(Server.SocketDirectory, Server.Port), cancellationToken);
            onStartedAgain();
            return true;
        }
        catch (Exception e) when (e is RefusedException or IOException or UnauthorizedAccessException)
        {
            PostgresLog.NotStartedAgain(logger, e, Server.Cluster);
            return false;
        }
    }
}
