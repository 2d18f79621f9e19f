using System.Net;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.Hosting;

/// <summary>
/// Until sign-in exists, the loopback address is the only protection, and a web page that a person here happens to open can reach it
/// too. So a request must be addressed to this machine by its own name, and must not come from a foreign page.
/// </summary>
internal sealed class LoopbackGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.LocalIpAddress is null || IsAddressedHere(context.Request))
        {
            return next(context);
        }

        return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.foreign-origin")).ExecuteAsync(context);
    }

    /// <summary>By its own headers; whom the connection came from is another question.</summary>
    internal static bool IsAddressedHere(HttpRequest request) => IsHere(request.Host.Host) && !IsForeignPage(request);

    private static bool IsForeignPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "cross-site"
        || (request.Headers.Origin is [{ } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsHere(uri.Host)));

    private static bool IsHere(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
