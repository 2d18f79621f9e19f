using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Acquiring.Host.Hosting;

/// <summary>What frames every request, whatever module answers it: its id, its limits, the headers browsers obey.</summary>
internal static class RequestFrame
{
    public const string IdHeader = "X-Request-Id";

    /// <summary>A body elsewhere is a form or some JSON; a registry of a hundred thousand terminals is a tenth of this.</summary>
    public const long BodyBytesMax = 256L << 20;

    private const int IdLengthMax = 64;
    private const string UploadPath = "/api/v1/clearing-files";

    public static void UseRequestFrame(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            Identify(context);
            Guard(context);
            if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Equals(UploadPath, StringComparison.OrdinalIgnoreCase))
            {
                Unlimit(context);
            }

            return next(context);
        });
    }

    /// <summary>An address nobody answers gets a problem, too, not an empty body.</summary>
    public static void UseProblemsForEmptyAnswers(this IApplicationBuilder app) =>
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            var code = context.Response.StatusCode;
            if (code is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                var address = new Detail("address", $"{context.Request.Method} {context.Request.Path}");
                return ProblemResults.Of(Refusal.Of(RefusalKind.NotFound, "request.no-such-address", address)).ExecuteAsync(context);
            }

            return code == StatusCodes.Status415UnsupportedMediaType
                ? ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.not-json")).ExecuteAsync(context)
                : Task.CompletedTask;
        });

    private static void Identify(HttpContext context)
    {
        var given = context.Request.Headers[IdHeader].ToString();
        if (given.Length is > 0 and <= IdLengthMax && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            context.TraceIdentifier = given;
        }

        context.Response.Headers[IdHeader] = context.TraceIdentifier;
    }

    private static void Guard(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // The documentation page carries its script in line.
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase)
            ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
    }

    // A clearing file is read as it arrives, whatever its size, and the reader may be slower than the sender.
    private static void Unlimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
