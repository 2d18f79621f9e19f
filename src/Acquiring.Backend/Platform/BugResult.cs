using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Platform;

/// <summary>The answer to a bug of ours: nothing of its inside, but the id under which the log tells it.</summary>
internal static class BugResult
{
    public const string Code = "platform.bug";

    public static Task WriteAsync(HttpContext context)
    {
        var texts = context.RequestServices.GetRequiredService<TextCatalog>();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        var document = Document(context, texts, RequestLanguage.Of(context));
        document["instance"] = context.Request.Path.Value;
        return context.Response.WriteAsJsonAsync(document, PlatformJson.Options, "application/problem+json", context.RequestAborted);
    }

    public static JsonObject Document(HttpContext context, TextCatalog texts, CultureInfo language) => new()
    {
        ["type"] = $"/problems/{Code}",
        ["title"] = texts.Text("problem.title.bug", language),
        ["status"] = StatusCodes.Status500InternalServerError,
        ["detail"] = texts.Text(Code, language, new Core.Refusals.Detail("requestId", context.TraceIdentifier)),
        ["code"] = Code,
        ["requestId"] = context.TraceIdentifier,
    };
}
