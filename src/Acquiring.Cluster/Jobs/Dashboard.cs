using Hangfire;

namespace Acquiring.Cluster.Jobs;

/// <summary>Hangfire's pages: what waits, what runs where, what became of the last calls. What is due and done stands in the ledger.</summary>
internal static class Dashboard
{
    public const string Path = "/hangfire";

    public static void MapHangfire(this WebApplication app)
    {
        if (app.Services.GetRequiredService<HangfireSettings>().Dashboard == DashboardAccess.Off)
        {
            return;
        }

        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase),
            branch => branch.UseMiddleware<DashboardGuard>());
        app.UseHangfireDashboard(Path, new DashboardOptions
        {
            DashboardTitle = "Acquiring",
            AppPath = null,
            IsReadOnlyFunc = _ => true,
            DisplayStorageConnectionString = false,
        });
    }
}
