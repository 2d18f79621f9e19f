using System.Net;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;

namespace Acquiring.Cluster;

/// <summary>Where a silo is met by the others.</summary>
/// <param name="Name">Silos of one name and one database are one cluster.</param>
/// <param name="Address">The address that the other silos reach; loopback is for one machine.</param>
/// <param name="SiloPort">Silo to silo; 1 to 65535.</param>
/// <param name="GatewayPort">For outside clients of grains; 0 is none, and the product needs none.</param>
internal sealed record ClusterSettings(string Name, IPAddress Address, int SiloPort, int GatewayPort)
{
    /// <exception cref="RefusedException">A setting cannot be read.</exception>
    public static ClusterSettings Read(IConfiguration configuration)
    {
        const string addressKey = "Cluster:Address";
        var address = IPAddress.Loopback;
        if (configuration[addressKey] is { } text && !IPAddress.TryParse(text, out address!))
        {
            throw new RefusedException(Refusal.Of(RefusalKind.Unavailable, "cluster.bad-address", new("setting", addressKey), new("value", text)));
        }

        const int portMax = 65_535;
        return new(
            configuration["Cluster:Name"] is { Length: > 0 } name ? name : "acquiring",
            address,
            NumberSetting.Read(configuration, "Cluster:SiloPort", 1, portMax, 11_111),
            NumberSetting.Read(configuration, "Cluster:GatewayPort", 0, portMax, 0));
    }
}
