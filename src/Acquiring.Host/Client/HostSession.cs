using Acquiring.Core.Refusals;
using Acquiring.Host.CommandLine;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.Client;

/// <summary>
/// One writer process per data directory: a verb beside a running host is its client; alone, it is the host for as long as it runs, to
/// others as well. A host that is just ending is waited for. All acts are idempotent, so an act whose connection was cut is sent again whole.
/// </summary>
internal sealed class HostSession(HostSettings settings, Speech speech, Action<string> notice, Shell shell)
{
    private const int WaitSecondsMax = 60;
    private const int LostConnectionsMax = 10;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    private bool _toldToWait;

    /// <param name="act">The whole act, up to showing its end. Run again from its start when the host goes away under it.</param>
    public async Task<int> RunAsync(Func<ApiClient, CancellationToken, Task<int>> act, CancellationToken cancellationToken)
    {
        var waitingSince = shell.Clock.GetTimestamp();
        for (var lost = 0; ;)
        {
            if (await ApiClient.IsListeningAsync(settings.Data.SocketPath, cancellationToken))
            {
                try
                {
                    RefuseAnotherDatabase();
                    using var client = NewClient();
                    return await act(client, cancellationToken);
                }
                catch (ConnectionLostException) when (++lost < LostConnectionsMax)
                {
                    // It answered until now, so the waiting begins anew.
                    waitingSince = shell.Clock.GetTimestamp();
                }
            }

            var host = await RunningHost.TryStartAsync(settings, speech, notice, cancellationToken);
            if (host is not null)
            {
                await using (host)
                {
                    using var client = NewClient();
                    return await act(client, cancellationToken);
                }
            }

            await WaitAsync(waitingSince, cancellationToken);
        }
    }

    private ApiClient NewClient() => new(settings.Data.SocketPath, speech.Language.Name, notice);

    private async Task WaitAsync(long since, CancellationToken cancellationToken)
    {
        if (shell.Clock.GetElapsedTime(since).TotalSeconds > WaitSecondsMax)
        {
            throw new RefusedException(HostRefusals.Busy(settings.Data));
        }

        if (!_toldToWait && shell.Clock.GetElapsedTime(since) > TimeSpan.FromSeconds(1))
        {
            _toldToWait = true;
            notice(speech.Say("host.waiting", new Detail("directory", settings.Data.Path), new Detail("seconds", $"{WaitSecondsMax}")));
        }

        await Task.Delay(s_pause, shell.Clock, cancellationToken);
    }

    // A verb told to use one database must not quietly work on the one that a running host has.
    private void RefuseAnotherDatabase()
    {
        if (settings.Database is { } asked && Holder.Read(settings.Data) is { } holder && holder.Database != RunningHost.NameOf(asked))
        {
            throw new RefusedException(HostRefusals.AnotherDatabase(settings.Data, holder.Database));
        }
    }
}
