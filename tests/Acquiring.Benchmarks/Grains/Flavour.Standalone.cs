using System.CommandLine;
using Acquiring.Standalone.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans;

namespace Acquiring.Benchmarks.Grains;

/// <summary>The default build's runtime, with the isolation of messages that Orleans gives.</summary>
internal static class Flavour
{
    public static IReadOnlyList<Command> Commands => [JournalCommand.Build(), GrainsCommand.Build(), Lists.ListsCommand.Build(), Tiers.TiersCommand.Build(), Idle.IdleCommand.Build(), IdlePolicies.PoliciesCommand.Build()];

    public const string Name = "standalone, messages copied";

    public static IHost Build(NpgsqlDataSource database, string connectionString)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(database);
        builder.Services.AddStandaloneGrains(options => options.Copying = MessageCopying.WhatCanChange, typeof(MeasuredGrain).Assembly);
        return builder.Build();
    }
}
