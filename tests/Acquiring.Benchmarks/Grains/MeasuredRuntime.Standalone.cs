using Acquiring.Standalone.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans;

namespace Acquiring.Benchmarks.Grains;

/// <summary>The default build's runtime, with messages copied as Orleans copies them.</summary>
internal static class MeasuredRuntime
{
    public const string Name = "standalone, messages copied";

    public static IHost Build(NpgsqlDataSource database, string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(database);
        builder.Services.AddStandaloneGrains(options => options.CopyMessages = true, typeof(MeasuredGrain).Assembly);
        return builder.Build();
    }
}
