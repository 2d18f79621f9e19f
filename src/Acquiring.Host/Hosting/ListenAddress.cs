using System.Globalization;
using System.Net;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.Hosting;

/// <summary>One TCP address to listen on. <see cref="Ip"/> is <c>null</c> for <c>localhost</c>: both loopback addresses.</summary>
public sealed record ListenAddress(IPAddress? Ip, int Port, string Url)
{
    /// <summary>
    /// Reads <c>http://host:port</c>, several separated by semicolons. Refuses <c>host.url-unreadable</c>, and, because there is no sign-in
    /// yet, <c>host.not-loopback</c> for an address that other machines reach.
    /// </summary>
    public static Result<IReadOnlyList<ListenAddress>> Read(IEnumerable<string> urls, bool insecure)
    {
        var addresses = new List<ListenAddress>();
        foreach (var url in urls.SelectMany(u => u.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (ReadOne(url) is not { } address)
            {
                return Refusal.Of(RefusalKind.Invalid, "host.url-unreadable", new Detail("url", url));
            }

            if (!insecure && address.Ip is not null && !IPAddress.IsLoopback(address.Ip))
            {
                return Refusal.Of(RefusalKind.Invalid, "host.not-loopback", new Detail("url", url));
            }

            addresses.Add(address);
        }

        return addresses;
    }

    private static ListenAddress? ReadOne(string url)
    {
        const string scheme = "http://";
        if (!url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = url[scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        var hasPort = colon >= 0 && !rest.EndsWith(']');
        var host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
        if (host.Length == 0 || !ushort.TryParse(hasPort ? rest[(colon + 1)..] : "80", NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // A port chosen by the system cannot be the same for two addresses.
            return new ListenAddress(port == 0 ? IPAddress.Loopback : null, port, url);
        }

        if (host is "*" or "+")
        {
            return new ListenAddress(IPAddress.Any, port, url);
        }

        return IPAddress.TryParse(host, out var ip) ? new ListenAddress(ip, port, url) : null;
    }
}
