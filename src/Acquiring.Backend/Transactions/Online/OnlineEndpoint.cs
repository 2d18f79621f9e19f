using System.Runtime.ExceptionServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Online;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>Where terminal gateways hand in what happened: one notice, or a batch of them.</summary>
internal sealed class OnlineEndpoint(PostNotices post, NoticeAnswers answers)
{
    private const string BatchType = "application/x-ndjson";

    // What is written are our own words and numbers: nothing that a page could run.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/transactions", (HttpContext context, OnlineEndpoint endpoint) => endpoint.RunAsync(context))
            .WithTags("Transactions").WithName("postTransaction")
            .WithSummary("Post a transaction that a terminal gateway reports, or a batch of them (NDJSON)")
            .WithDescription(
                "Answered only when it is durable. The key is merchant, terminal, batch, STAN, date and kind: the same notice again is " +
                "answered 200 with the first result and `duplicate: true`, so after any failure the gateway sends it again, unchanged. " +
                "201 posted; 202 held until its sale comes (a refund, reversal or void that overtook it); 409 and 422 refused, with the cure; " +
                "503 not posted, or not known: send it again after Retry-After. `void` undoes a sale of the same terminal on the same " +
                "business date; `refund` gives back a part or the whole; `reversal` cancels the whole sale. The query's `channel` says " +
                $"whose clearing day counts. A batch has one notice a line, at most {OnlineLimits.BatchLinesMax} lines, and is answered 200 with " +
                "one line for each, in order, `{ line, status, result | problem }`; it is not atomic.")
            .Accepts<NoticeBody>("application/json", BatchType)
            .Produces<NoticeAnswer>(StatusCodes.Status201Created).Produces<NoticeAnswer>().Produces<NoticeAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private Task RunAsync(HttpContext context) =>
        context.Request.ContentType?.StartsWith(BatchType, StringComparison.OrdinalIgnoreCase) == true
            ? RunBatchAsync(context)
            : RunOneAsync(context);

    private static string ChannelOf(HttpContext context) =>
        context.Request.QueryString.HasValue && context.Request.Query["channel"].ToString() is { Length: > 0 } channel
            ? channel
            : OnlineOptions.DefaultChannel;

    private async Task RunOneAsync(HttpContext context)
    {
        NoticeAttempt attempt;
        using (var body = await RequestBytes.ReadAsync(context.Request, OnlineLimits.NoticeBytesMax, context.RequestAborted))
        {
            if (body is null)
            {
                await ProblemResults.Of(OnlineRefusals.TooLarge(OnlineLimits.NoticeBytesMax)).ExecuteAsync(context);
                return;
            }

            attempt = NoticeAttempt.Of(NoticeReader.Read(body.Memory.Span));
        }

        if (attempt.IsOpen)
        {
            await post.RunAsync([attempt], ChannelOf(context));
        }

        if (attempt.Refusal is { } refusal)
        {
            await ProblemResults.Of(refusal).ExecuteAsync(context);
            return;
        }

        if (attempt.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        var response = context.Response;
        response.StatusCode = NoticeAnswers.StatusOf(attempt.Result!);
        response.ContentType = "application/json; charset=utf-8";
        using (var json = new Utf8JsonWriter(response.BodyWriter, s_json))
        {
            NoticeAnswers.Write(json, attempt.Result!);
        }

        // The last flush is the server's own, together with the end of the answer.
    }

    private async Task RunBatchAsync(HttpContext context)
    {
        var attempts = new List<NoticeAttempt>();
        using (var body = await RequestBytes.ReadAsync(context.Request, OnlineLimits.BatchBytesMax, context.RequestAborted))
        {
            var refusal = body is null ? OnlineRefusals.TooLarge(OnlineLimits.BatchBytesMax) : ReadLines(body.Memory.Span, attempts);
            if (refusal is not null)
            {
                await ProblemResults.Of(refusal).ExecuteAsync(context);
                return;
            }
        }

        await post.RunAsync(attempts, ChannelOf(context));
        var language = RequestLanguage.Of(context);
        context.Response.ContentType = BatchType;
        var output = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, s_json);
        for (var i = 0; i < attempts.Count; i++)
        {
            answers.WriteLine(json, i + 1, attempts[i], language, context);
            await json.FlushAsync();
            json.Reset();
            output.GetSpan(1)[0] = (byte)'\n';
            output.Advance(1);
        }
    }

    /// <summary>A line that cannot be read harms no other; one cut off in its middle is such a line.</summary>
    private static Refusal? ReadLines(ReadOnlySpan<byte> body, List<NoticeAttempt> attempts)
    {
        while (body.Length > 0)
        {
            if (attempts.Count == OnlineLimits.BatchLinesMax)
            {
                return OnlineRefusals.TooManyLines();
            }

            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            attempts.Add(NoticeAttempt.Of(NoticeReader.Read(line.TrimEnd((byte)'\r'))));
        }

        return null;
    }
}
