using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Standalone.Grains;

namespace Acquiring.Host.Hosting;

/// <summary>All grains in this process, which is the only writer of its database.</summary>
public sealed class StandaloneRuntime : IHostRuntime
{
    public void AddTo(WebApplicationBuilder builder, string connectionString) =>
        builder.Services.AddStandaloneGrains(null, typeof(PlatformModule).Assembly);

    public ValueTask<Refusal?> WhyNotReadyAsync(IServiceProvider services) => default;
}
