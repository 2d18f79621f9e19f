using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Messages.Sending;

/// <summary>
/// Composes and sends, in one process of all that serve the database. Should two be at it for a moment, each message is still begun by one:
/// its row says so before its gateway is called.
/// </summary>
internal sealed class MessageWorker(
    NpgsqlDataSource database, ComposeMessages compose, SendMessages send, ForgetMessages forget, MessageOptions options, TimeProvider clock,
    ILogger<MessageWorker> log)
    : RoundsInOneProcess(database, DatabaseLocks.Messages, TimeSpan.FromMilliseconds(options.PollMilliseconds), clock, log)
{
    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await compose.RunAsync(cancellationToken);
        await send.StartAsync(cancellationToken);
        await forget.RunNowAndThenAsync(cancellationToken);
    }

    protected override Task EndAsync() => send.EndAsync();
}
