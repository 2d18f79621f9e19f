using Acquiring.GrainContract;

namespace Acquiring.Cluster.Tests.Grains;

// The same contract for calls that stay within a silo, as most of the product's do: they are copied, never written to the wire.

public sealed class Calling_a_grain_within_a_silo : Calling_a_grain
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.WithinASiloAsync(shortLimits);
}

public sealed class Sending_within_a_silo : Sending
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.WithinASiloAsync(shortLimits);
}

public sealed class Failing_within_a_silo : Failing
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.WithinASiloAsync(shortLimits);
}

public sealed class Waiting_too_long_within_a_silo : Waiting_too_long
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.WithinASiloAsync(shortLimits);
}

public sealed class Losing_a_race_within_a_silo : Losing_a_race
{
    protected override Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.WithinASiloAsync(shortLimits);
}
