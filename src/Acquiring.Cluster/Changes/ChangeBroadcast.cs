using System.Threading.Channels;
using Acquiring.Backend.Platform;
using Npgsql;
using Orleans.Runtime;

namespace Acquiring.Cluster.Changes;

/// <summary>
/// Tells the other silos, by the database's own notifications, what this one committed, and counts here what they did; what grains and
/// snapshots remember is compared with those counts. Announcements are gathered for a moment, since only the fact counts.
/// While the connection is down, and once more when it is back, everything counts as changed: nobody knows what was missed. The same when a
/// silo dies, which may have committed without a word.
/// </summary>
public sealed partial class ChangeBroadcast(
    NpgsqlDataSource database, ChangeCounter changes, ISiloStatusOracle silos, TimeProvider clock, ILogger<ChangeBroadcast> log)
    : BackgroundService, ISiloStatusListener
{
    private const string Channel = "acquiring_changes";

    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    /// <summary>A notification that is ours again is no news.</summary>
    private readonly string _me = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
    private readonly Channel<bool> _pendingSignal = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _pending;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        changes.IsShared = true;
        changes.IsDeaf = true;
        silos.SubscribeToSiloStatusEvents(this);
        changes.Announce = Announce;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        changes.Announce = null;
        silos.UnSubscribeFromSiloStatusEvents(this);
        await base.StopAsync(cancellationToken);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            changes.Hear(Change.All);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        AgainAsync(SpeakAsync, stoppingToken), AgainAsync(ListenAsync, stoppingToken));

    private void Announce(Change change)
    {
        Interlocked.Or(ref _pending, (int)change);
        _pendingSignal.Writer.TryWrite(true);
    }

    private async Task SpeakAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (await _pendingSignal.Reader.WaitToReadAsync(cancellationToken))
        {
            await Task.Delay(s_gather, clock, cancellationToken);
            _pendingSignal.Reader.TryRead(out _);
            var pending = Interlocked.Exchange(ref _pending, 0);
            if (pending == 0)
            {
                continue;
            }

            try
            {
                await using var notify = new NpgsqlCommand("select pg_notify($1, $2)", connection);
                notify.Parameters.Add(new() { Value = Channel });
                notify.Parameters.Add(new() { Value = $"{_me}:{pending}" });
                await notify.ExecuteNonQueryAsync(cancellationToken);
            }
            catch
            {
                Announce((Change)pending);
                throw;
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, told) =>
        {
            var parts = told.Payload.Split(':');
            if (parts[0] != _me)
            {
                changes.Hear((Change)int.Parse(parts[1]));
            }
        };
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        // From here on nothing is missed; before, anything may have been.
        changes.IsDeaf = false;
        try
        {
            while (true)
            {
                await connection.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            changes.IsDeaf = true;
        }
    }

    private async Task AgainAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                LogCut(e.GetType().Name);
                await Task.Delay(s_again, clock, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection that changes are told by is down ({Reason}); until it is back everything is read anew")]
    private partial void LogCut(string reason);
}
