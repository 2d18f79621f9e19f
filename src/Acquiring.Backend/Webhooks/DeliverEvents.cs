using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Webhooks;

/// <summary>
/// Delivers what is due to every webhook: each event at least once, an object's events one after the other. A receiver that answers 2xx has
/// heard; whatever else it does, the event comes again. Receivers know a repetition by <c>webhook-id</c>.
/// </summary>
internal sealed class DeliverEvents(DeliveryQueue queue, WebhookClient client, TimeProvider clock)
{
    private const int AtATimeMax = 64;
    private const int AtOncePerReceiverMax = 8;

    private readonly Dictionary<Guid, Task> _busy = [];

    /// <summary>
    /// Begins to deliver to every receiver that has something to hear and is not being delivered to: one that hangs keeps only its own events
    /// waiting. Throws what went wrong with an earlier delivery, other than by its receiver. For one caller at a time.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (webhookId, delivery) in _busy.Where(b => b.Value.IsCompleted).ToList())
        {
            _busy.Remove(webhookId);
            await delivery;
        }

        await queue.HandOnAsync(cancellationToken);
        foreach (var receiver in await queue.ReceiversAsync(cancellationToken))
        {
            if (!_busy.ContainsKey(receiver.WebhookId))
            {
                _busy.Add(receiver.WebhookId, DeliverAsync(receiver, cancellationToken));
            }
        }
    }

    /// <summary>Until nothing is due any more, or what is due has failed.</summary>
    public async Task EndAsync()
    {
        var under = _busy.Values.ToList();
        _busy.Clear();
        await Task.WhenAll(under);
    }

    private async Task DeliverAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        IReadOnlyList<DueDelivery> due;
        while ((due = await queue.DueAsync(receiver.WebhookId, AtATimeMax, cancellationToken)).Count > 0)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOncePerReceiverMax, CancellationToken = cancellationToken },
                async (delivery, token) => await TryAsync(receiver, delivery, token));
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
        await queue.RecordAsync(delivery, outcome, WebhookRetries.Next(delivery.Attempts, delivery.Since, clock.GetUtcNow()), cancellationToken);
    }
}
