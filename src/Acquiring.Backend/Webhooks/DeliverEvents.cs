using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Webhooks;

/// <summary>
/// Delivers what is due to every webhook: each event at least once, an object's events one after the other. A receiver that answers 2xx has
/// heard; whatever else it does, the event comes again. Receivers know a repetition by <c>webhook-id</c>.
/// </summary>
internal sealed partial class DeliverEvents(DeliveryQueue queue, WebhookClient client, TimeProvider clock, ILogger<DeliverEvents> log)
{
    private const int AtATimeMax = 64;
    private const int AtOncePerReceiverMax = 8;

    private readonly BusyRounds<Guid> _rounds = new();

    /// <summary>
    /// Begins to deliver to every receiver that has something to hear and is not being delivered to: one that hangs keeps only its own events
    /// waiting. Throws what went wrong with an earlier delivery, other than by its receiver. For one caller at a time.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _rounds.EndedAsync();
        await queue.HandOnAsync(cancellationToken);
        foreach (var receiver in await queue.ReceiversAsync(cancellationToken))
        {
            _rounds.Begin(receiver.WebhookId, () => DeliverAsync(receiver, cancellationToken));
        }
    }

    /// <summary>Until nothing is due any more, or what is due has failed.</summary>
    public Task EndAsync() => _rounds.EndAsync();

    private async Task DeliverAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        IReadOnlyList<DueDelivery> due;
        while ((due = await queue.DueAsync(receiver.WebhookId, AtATimeMax, cancellationToken)).Count > 0)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOncePerReceiverMax, CancellationToken = cancellationToken },
                async (delivery, token) => await TryOneAsync(receiver, delivery, token));
        }
    }

    /// <summary>What cannot be delivered for a bug is tried again as if nobody had answered, and keeps only its own object's events waiting.</summary>
    private async Task TryOneAsync(Receiver receiver, DueDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await TryAsync(receiver, delivery, cancellationToken);
        }
        catch (Exception failure) when (failure is RefusedException || (failure is not OperationCanceledException && FailureHandler.RefusalOf(failure) is null))
        {
            LogBug(failure, delivery.EventId, receiver.WebhookId);
            var now = clock.GetUtcNow();
            await queue.RecordAsync(
                delivery, new(now, 0, null, "internal"), WebhookRetries.Next(delivery.Attempts, delivery.Since, now), cancellationToken);
        }
    }

    private async Task TryAsync(Receiver receiver, DueDelivery delivery, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = delivery.EventId.ToString(CultureInfo.InvariantCulture), delivery.Type, delivery.At, @object = delivery.ObjectKey,
                version = delivery.ObjectVersion, data = delivery.Payload,
            },
            PlatformJson.Options);
        var now = clock.GetUtcNow();
        var id = $"{delivery.EventId}";
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(receiver.Key, id, now.ToUnixTimeSeconds(), body));
        var outcome = await client.SendAsync(request, now, cancellationToken);
        // What the receiver said is worth writing down when the host ends too: otherwise each end repeats what was heard.
        await queue.RecordAsync(delivery, outcome, WebhookRetries.Next(delivery.Attempts, delivery.Since, clock.GetUtcNow()), CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "event {EventId} to webhook {WebhookId}: a bug; it waits, the others are delivered")]
    private partial void LogBug(Exception failure, long eventId, Guid webhookId);
}
