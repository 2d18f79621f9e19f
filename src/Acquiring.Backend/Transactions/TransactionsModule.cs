using Acquiring.Backend.Transactions.FeeDifferences;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.History;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Online;
using Acquiring.Backend.Transactions.Withdraw;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Transactions;

/// <summary>The way of a transaction: clearing files in, journal and volumes, suspense, withdrawal, and notices one by one.</summary>
public static class TransactionsModule
{
    public static IServiceCollection AddTransactions(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(IngestOptions.From(configuration))
        .AddSingleton<VolumeFolding>()
        .AddSingleton<IHostedService>(s => s.GetRequiredService<VolumeFolding>())
        .AddSingleton<ClearingIngest>()
        .AddSingleton<ClearingFileReports>()
        .AddSingleton<HeldLines>()
        .AddSingleton<RepostHeldLines>()
        .AddSingleton<ResolveHeldLine>()
        .AddSingleton<WithdrawFile>()
        .AddSingleton<ImportVolumes>()
        .AddOnline();

    public static IEndpointRouteBuilder MapTransactions(this IEndpointRouteBuilder routes)
    {
        ClearingFilesEndpoint.Map(routes);
        WithdrawalEndpoint.Map(routes);
        HeldLinesEndpoint.Map(routes);
        FeeDifferencesEndpoint.Map(routes);
        OnlineEndpoint.Map(routes);
        VolumeImportEndpoint.Map(routes);
        return routes;
    }
}
