using Acquiring.Backend.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Webhooks;

/// <summary>
/// Delivers, in one process of all that serve the database. An event that two deliver for a moment comes twice, as receivers must bear.
/// </summary>
internal sealed class WebhookWorker(
    NpgsqlDataSource database, DeliverEvents deliver, WebhookOptions options, TimeProvider clock, ILogger<WebhookWorker> log)
    : RoundsInOneProcess(database, DatabaseLocks.Webhooks, TimeSpan.FromMilliseconds(options.PollMilliseconds), clock, log)
{
    protected override Task RoundAsync(CancellationToken cancellationToken) => deliver.StartAsync(cancellationToken);

    protected override Task EndAsync() => deliver.EndAsync();
}
