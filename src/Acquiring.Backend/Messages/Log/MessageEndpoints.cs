using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Messages.Log;

internal static class MessageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/messages").WithTags("Messages");
        group.MapGet("", ListAsync)
            .WithName("listMessages").WithSummary("Messages to merchants and staff and what became of them, the latest first")
            .WithDescription(
                "`waiting`, `sending`, `sent`, `refused` by the gateway, `unknown` (handed over without an answer to a gateway that cannot tell a " +
                "repetition: nobody sends it again but a person), `expired`, `noAddress`, `withdrawn` (its matter was over before it went out).")
            .Produces<Page<MessageAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{messageId:guid}", async (
                Guid messageId, HttpContext context, MessageLog log, TextCatalog texts, CancellationToken cancellationToken) =>
                await AnswerAsync(messageId, context, log, texts, cancellationToken))
            .WithName("getMessage").WithSummary("A message with its text, its attempts and what to do about it")
            .WithDescription("The ETag is its version. The text of a one-time code is never shown; texts and addresses are wiped after two years.")
            .Produces<MessageDetailAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{messageId:guid}/resend", ResendAsync)
            .WithName("resendMessage").WithSummary("Send a message again that did not go out, or of which nobody knows")
            .WithDescription(
                "To where its party is reached now. Of an `unknown` message the party may get two: ask them first. What was sent, or is a one-time " +
                "code, is not sent again. Needs the ETag of the message in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<MessageDetailAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task<IResult> ListAsync(
        string? merchantNo, string? template, string? state, DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit, MessageLog log,
        CancellationToken cancellationToken)
    {
        if (template is not null && MessageKind.All.All(k => k.Name != template))
        {
            return BadParameter("template", template);
        }

        var states = Enum.GetValues<MessageState>().Where(s => state is null || MessageWords.Of(s) == state).ToList();
        if (states.Count == 0)
        {
            return BadParameter("state", state!);
        }

        return PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
            ? (await log.ListAsync(new(merchantNo, template, state is null ? null : states[0], from, to), page, cancellationToken)).ToHttp()
            : ProblemResults.Of(refusal);
    }

    private static async Task<IResult> ResendAsync(
        Guid messageId, [FromHeader(Name = IfMatch.Header)] string? ifMatch, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        HttpContext context, ResendMessage resend, MessageLog log, TextCatalog texts, CancellationToken cancellationToken)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { version });
        if (key.Refusal is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        var resent = await resend.RunAsync(messageId, version, Actors.Operator, key.Value, cancellationToken);
        return resent.Refusal is { } refusal ? ProblemResults.Of(refusal) : await AnswerAsync(messageId, context, log, texts, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        Guid messageId, HttpContext context, MessageLog log, TextCatalog texts, CancellationToken cancellationToken)
    {
        if (await log.FindAsync(messageId, cancellationToken) is not { } found)
        {
            return ProblemResults.Of(MessageRefusals.Unknown($"{messageId}"));
        }

        context.Response.Headers.ETag = IfMatch.ETag(found.Message.Version);
        var cure = texts.Find($"message.cure.{MessageWords.Of(found.Message.State)}", RequestLanguage.Of(context));
        return Results.Ok(found with { Cure = cure });
    }

    private static IResult BadParameter(string name, string value) => ProblemResults.Of(Refusal.Of(
        RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", name), new Detail("value", value.Length > 40 ? value[..40] : value)));
}
