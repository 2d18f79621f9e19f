using Acquiring.Backend.Terminals.BindingCases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

internal static class OnlineServices
{
    public static IServiceCollection AddOnline(this IServiceCollection services)
    {
        services.AddOptions<OnlineOptions>().BindConfiguration(OnlineOptions.Section);
        return services
            .AddSingleton<SlotMemory>()
            .AddSingleton<PostingTransaction>()
            .AddSingleton<BrokenCommit>()
            .AddSingleton<PostingGroup>()
            .AddSingleton(p => new PostingQueue(
                p.GetRequiredService<PostingGroup>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PostingQueue>>()))
            .AddSingleton<IHostedService>(p => p.GetRequiredService<PostingQueue>())
            .AddSingleton<RefusedNotices>()
            .AddSingleton<PostNotices>()
            .AddSingleton<NoticeAnswers>()
            .AddSingleton<OnlineEndpoint>();
    }
}
