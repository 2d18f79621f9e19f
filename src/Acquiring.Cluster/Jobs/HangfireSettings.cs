using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;

namespace Acquiring.Cluster.Jobs;

/// <summary>Who may look at Hangfire's dashboard. There is no sign-in yet.</summary>
internal enum DashboardAccess
{
    Off,

    /// <summary>Whoever sits at the silo's own machine; reading only.</summary>
    Local,
}

/// <param name="Workers">How many shards this silo does at a time; 1 to 64. The ledger gives each shard to one worker, whatever their number.</param>
/// <param name="Poll">How often an idle worker looks into the queue.</param>
internal sealed record HangfireSettings(int Workers, TimeSpan Poll, DashboardAccess Dashboard)
{
    /// <exception cref="RefusedException">A setting cannot be read.</exception>
    public static HangfireSettings Read(IConfiguration configuration) => new(
        NumberSetting.Read(configuration, "Hangfire:Workers", 1, 64, 2),
        TimeSpan.FromMilliseconds(NumberSetting.Read(configuration, "Hangfire:PollMilliseconds", 50, 60_000, 1_000)),
        Access(configuration));

    private static DashboardAccess Access(IConfiguration configuration)
    {
        const string key = "Hangfire:Dashboard";
        return configuration[key] switch
        {
            null or "local" => DashboardAccess.Local,
            "off" => DashboardAccess.Off,
            var other => throw new RefusedException(
                Refusal.Of(RefusalKind.Unavailable, "cluster.bad-dashboard", new("setting", key), new("value", other))),
        };
    }
}
