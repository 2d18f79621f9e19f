using System.Text.Json;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Platform;

/// <summary>Requests that cannot be read at all, before any module sees them.</summary>
public static class RequestRefusals
{
    public static Refusal Of(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Refusal.Of(RefusalKind.TooLarge, "request.too-large"),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Refusal.Of(RefusalKind.Invalid, "request.not-json"),
        { InnerException: JsonException json } => Refusal.Of(RefusalKind.Invalid, "request.bad-json", new Detail("place", json.Path ?? "$")),
        { StatusCode: StatusCodes.Status408RequestTimeout } => Refusal.Of(RefusalKind.Invalid, "request.too-slow"),
        _ => Parameter(bad.Message),
    };

    /// <summary>The framework names the parameter between quotation marks: <c>Failed to bind parameter "DateOnly from" from "x".</c></summary>
    private static Refusal Parameter(string message)
    {
        var quoted = message.Split('"');
        if (quoted.Length < 3)
        {
            return Refusal.Of(RefusalKind.Invalid, "request.unreadable");
        }

        var name = quoted[1].Split(' ')[^1];
        return message.StartsWith("Required", StringComparison.Ordinal)
            ? Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", name))
            : Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", name), new Detail("value", quoted.Length > 4 ? quoted[3] : ""));
    }
}
