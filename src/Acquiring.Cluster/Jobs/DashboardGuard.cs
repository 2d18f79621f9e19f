using System.Globalization;
using System.Net;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Host.Hosting;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// Until sign-in exists the dashboard is for whoever sits at the silo's machine, and for reading. The connection itself must come from a
/// loopback address: what a proxy says of its caller can be made up, so a request that came through one is refused whatever it says.
/// </summary>
internal sealed class DashboardGuard(RequestDelegate next)
{
    private static readonly string[] s_proxyHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP"];

    /// <summary>As Hangfire names its texts.</summary>
    private static readonly CultureInfo s_chinese = CultureInfo.GetCultureInfo("zh");

    public Task InvokeAsync(HttpContext context)
    {
        if (!IsHere(context))
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.NotFound, "cluster.dashboard-local")).ExecuteAsync(context);
        }

        if (!IsReading(context.Request))
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.NotFound, "cluster.dashboard-read-only")).ExecuteAsync(context);
        }

        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'";
        CultureInfo.CurrentUICulture = RequestLanguage.Of(context).Equals(TextCatalog.Chinese) ? s_chinese : TextCatalog.English;
        return next(context);
    }

    private static bool IsHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer
        && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)
        && !Array.Exists(s_proxyHeaders, context.Request.Headers.ContainsKey)
        && LoopbackGuard.IsAddressedHere(context.Request);

    /// <summary>The page asks for its figures by a POST, which changes nothing.</summary>
    private static bool IsReading(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        || (HttpMethods.IsPost(request.Method) && request.HasFormContentType && request.Path.Equals($"{Dashboard.Path}/stats", StringComparison.OrdinalIgnoreCase));
}
