using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Platform;

/// <summary>
/// The one place where a refusal becomes an HTTP answer: RFC 9457, <c>type</c> = <c>/problems/&lt;code&gt;</c>, the text in the
/// caller's language, and the refusal's values under <c>details</c> for machines. The code never changes with the language.
/// </summary>
public static class ProblemResults
{
    /// <param name="refusal">Why not.</param>
    /// <param name="extensions">Further members of the problem document, such as a report by row.</param>
    public static IResult Of(Refusal refusal, params IReadOnlyList<(string Name, object? Value)> extensions) => new ProblemResult(refusal, extensions);

    public static IResult ToHttp<T>(this Result<T> result, Func<T, IResult> answer) =>
        result.Accepted(out var value, out var refusal) ? answer(value) : Of(refusal);

    public static IResult ToHttp<T>(this Result<T> result) => result.ToHttp(value => Results.Ok(value));

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict or RefusalKind.UnderWay => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.VersionMissing => StatusCodes.Status428PreconditionRequired,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.Rule => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The problem document of a refusal; also what the command line prints where no HTTP answer exists.</summary>
    public static JsonObject Document(Refusal refusal, TextCatalog texts, CultureInfo language)
    {
        var details = new JsonObject();
        foreach (var detail in refusal.Details)
        {
            details[detail.Name] = detail.Value;
        }

        return new JsonObject
        {
            ["type"] = $"/problems/{refusal.Code}",
            ["title"] = texts.Text(TitleOf(refusal.Kind), language),
            ["status"] = StatusOf(refusal.Kind),
            ["detail"] = texts.Text(refusal, language),
            ["code"] = refusal.Code,
            ["details"] = details,
        };
    }

    internal static string TitleOf(RefusalKind kind) => $"problem.title.{JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())}";
}

internal sealed class ProblemResult(Refusal refusal, IReadOnlyList<(string Name, object? Value)> extensions) : IResult
{
    /// <summary>How long a caller should wait before it tries again after an outage.</summary>
    private const int RetryAfterOutageSeconds = 5;

    private const int RetryWhileUnderWaySeconds = 1;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var document = ProblemResults.Document(refusal, services.GetRequiredService<TextCatalog>(), RequestLanguage.Of(httpContext));
        foreach (var (name, value) in extensions)
        {
            document[name] = JsonSerializer.SerializeToNode(value, PlatformJson.Options);
        }

        var response = httpContext.Response;
        response.StatusCode = ProblemResults.StatusOf(refusal.Kind);
        if (refusal.Kind is RefusalKind.Unavailable or RefusalKind.UnderWay)
        {
            response.Headers.RetryAfter = $"{(refusal.Kind == RefusalKind.UnderWay ? RetryWhileUnderWaySeconds : RetryAfterOutageSeconds)}";
        }

        document["instance"] = httpContext.Request.Path.Value;
        document["requestId"] = httpContext.TraceIdentifier;
        return response.WriteAsJsonAsync(document, PlatformJson.Options, "application/problem+json", httpContext.RequestAborted);
    }
}
