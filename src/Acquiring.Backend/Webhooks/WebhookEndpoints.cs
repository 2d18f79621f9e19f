using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Webhooks;

/// <param name="From">Events from this time on.</param>
/// <param name="To">Up to this time; left out is now.</param>
public sealed record ReplayWebhookRequest(DateTimeOffset? From, DateTimeOffset? To = null);

/// <param name="Again">How many deliveries wait again.</param>
public sealed record ReplayWebhookAnswer(int Again);

public sealed record WebhooksAnswer(IReadOnlyList<Webhook> Items);

internal static class WebhookEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks").WithTags("Webhooks");
        group.MapPost("/", CreateAsync)
            .WithName("createWebhook").WithSummary("Have events delivered to an address, from now on")
            .WithDescription(
                "Each event is posted as `{ id, type, at, object, version, data }`, signed as the Standard Webhooks specification says " +
                "(`webhook-id`, `webhook-timestamp`, `webhook-signature`). It comes at least once, an object's events one after the other; a " +
                "repetition has the same `webhook-id`. Any 2xx ends it; anything else, or no answer, brings it again after 5 seconds and then " +
                "less and less often, up to once an hour, for three days. Redirects are not followed.")
            .Produces<Webhook>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/", async (WebhookStore store, CancellationToken cancellationToken) =>
                Results.Ok(new WebhooksAnswer(await store.ListAsync(cancellationToken))))
            .WithName("listWebhooks").WithSummary("Who hears of what, the removed ones too").Produces<WebhooksAnswer>();
        group.MapGet("/{webhookId:guid}", async (Guid webhookId, HttpContext context, WebhookStore store, CancellationToken cancellationToken) =>
                await store.FindAsync(webhookId, cancellationToken) is { } webhook
                    ? Tagged(context, webhook)
                    : ProblemResults.Of(WebhookRefusals.Unknown(webhookId)))
            .WithName("getWebhook").WithSummary("One webhook; the ETag is its version").Produces<Webhook>().ProducesProblem(StatusCodes.Status404NotFound);
        Step(group, "pause", "pauseWebhook", WebhookState.Paused, "Let events wait", "Nothing is lost: they are delivered when it is resumed.");
        Step(group, "resume", "resumeWebhook", WebhookState.Active, "Deliver again", "What waited comes first, an object's events in order.");
        Step(group, "remove", "removeWebhook", WebhookState.Removed, "End a webhook for good", "What waits is not delivered. Its log stays.");
        group.MapPost("/{webhookId:guid}/replays", ReplayAsync)
            .WithName("replayWebhook").WithSummary("Deliver again what was delivered or given up")
            .WithDescription("For a receiver that lost what it had heard. Each event keeps its `webhook-id`.")
            .Produces<ReplayWebhookAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/{webhookId:guid}/deliveries", DeliveriesAsync)
            .WithName("listWebhookDeliveries").WithSummary("What became of each event, the latest first")
            .Produces<Page<WebhookDeliveryAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(
        CreateWebhookRequest request, WebhookStore store, WebhookOptions options, HttpContext context, CancellationToken cancellationToken)
    {
        if (request.Check(options.AllowsHttp) is { } refusal)
        {
            return ProblemResults.Of(refusal);
        }

        return (await store.CreateAsync(request, Actors.Operator, cancellationToken)).ToHttp(webhook =>
        {
            context.Response.Headers.ETag = IfMatch.ETag(webhook.Version);
            return Results.Created($"/api/v1/webhooks/{webhook.WebhookId}", webhook);
        });
    }

    private static void Step(RouteGroupBuilder group, string act, string name, WebhookState to, string summary, string description) =>
        group.MapPost($"/{{webhookId:guid}}/{act}", async (
                Guid webhookId, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, WebhookStore store,
                CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await store.StepAsync(webhookId, to, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(w => Tagged(context, w));
            })
            .WithName(name).WithSummary(summary)
            .WithDescription(
                $"{description} Needs the ETag of the webhook in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<Webhook>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);

    private static async Task<IResult> ReplayAsync(
        Guid webhookId, ReplayWebhookRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
        WebhookStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var to = request.To ?? clock.GetUtcNow();
        if (request.From is not { } from || from > to)
        {
            return ProblemResults.Of(WebhookRefusals.BadReplay);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request });
        return key.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : (await store.ReplayAsync(webhookId, from, to, Actors.Operator, key.Value, cancellationToken)).ToHttp(Results.Ok);
    }

    private static async Task<IResult> DeliveriesAsync(
        Guid webhookId, string? state, string? cursor, int? limit, WebhookStore store, DeliveryLog log, CancellationToken cancellationToken)
    {
        if (state is not (null or "waiting" or "delivered" or "expired"))
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", "state"), new Detail("value", state.Length > 40 ? state[..40] : state)));
        }

        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        return await store.FindAsync(webhookId, cancellationToken) is null
            ? ProblemResults.Of(WebhookRefusals.Unknown(webhookId))
            : (await log.ListAsync(webhookId, state, page, cancellationToken)).ToHttp();
    }

    private static IResult Tagged(HttpContext context, Webhook webhook)
    {
        context.Response.Headers.ETag = IfMatch.ETag(webhook.Version);
        return Results.Ok(webhook);
    }
}
