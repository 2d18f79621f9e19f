using System.Net.Http.Headers;
using System.Text;
using Acquiring.Backend.Books;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Tests.Platform.Jobs;
using Acquiring.Cluster.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Testing;
using Hangfire;
using Hangfire.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Acquiring.Cluster.Tests.Jobs;

/// <summary>A silo's jobs without its grains: the ledger's endpoints, Hangfire's server and dashboard over real HTTP.</summary>
internal sealed class NightHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NightHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/") };
    }

    /// <summary>
    /// Tests of one name run one after the other. Hangfire logs, in the whole process, through the host that started last: once that is gone, the
    /// workers of another fail at each word and pause for longer and longer.
    /// </summary>
    public const string OneAtATime = "hosts of Hangfire";

    /// <summary>Noon of 2026-11-22 in China.</summary>
    public static ManualClock Noon => new(new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public JobLedger Ledger => Services.GetRequiredService<JobLedger>();

    public IBackgroundJobClient Queue => Services.GetRequiredService<IBackgroundJobClient>();

    public IMonitoringApi Hangfire => Services.GetRequiredService<JobStorage>().GetMonitoringApi();

    /// <param name="before">What stands before the dashboard.</param>
    public static async Task<NightHost> StartAsync(
        TestDatabase database, TimeProvider? clock = null, TallyJob? tally = null, string dashboard = "local", Action<WebApplication>? before = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Hangfire:PollMilliseconds"] = "50", ["Hangfire:Dashboard"] = dashboard });
        builder.Services
            .AddSingleton(clock ?? Noon)
            .AddSingleton(database.DataSource)
            .AddSingleton(new TextCatalog(typeof(Refusal).Assembly, typeof(PlatformModule).Assembly, typeof(ClusterRuntime).Assembly))
            .AddPlatform().AddBooks()
            .AddHangfireJobs(database.ConnectionString, HangfireSettings.Read(builder.Configuration));
        if (tally is not null)
        {
            builder.Services.AddSingleton<IJob>(tally);
        }

        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        before?.Invoke(app);
        app.MapHangfire();
        app.MapGroup("/api/v1").MapPlatform();
        await app.StartAsync();
        return new(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Presses the button of the recurring call.</summary>
    public void AskNow() => Services.GetRequiredService<IRecurringJobManager>().Trigger(ShardCalls.AskId);

    /// <summary>What is done from now on is done without the minute's look.</summary>
    public async Task WithoutTheMinuteAsync()
    {
        using var connection = Services.GetRequiredService<JobStorage>().GetConnection();
        await UntilAsync(() => connection.GetRecurringJobs().Count == 1);
        Services.GetRequiredService<IRecurringJobManager>().RemoveIfExists(ShardCalls.AskId);
    }

    public async Task<int> AskAsync(string job, string date)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri($"api/v1/jobs/{job}/{date}", UriKind.Relative), content);
        return (int)answer.StatusCode;
    }

    public async Task<(int Status, string Body, HttpResponseHeaders Headers)> SendAsync(
        HttpMethod method, string path, string language = "en", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.AcceptLanguage.Add(new(language));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    /// <summary>Until Hangfire has nothing waiting and nothing in hand.</summary>
    public Task UntilIdleAsync() => UntilAsync(() => Hangfire.EnqueuedCount(ShardCalls.Queue) == 0 && Hangfire.FetchedCount(ShardCalls.Queue) == 0 && Hangfire.ProcessingCount() == 0);

    /// <summary>Counts its looks and not the time: a machine that stands still is no failure.</summary>
    public static async Task UntilAsync(Func<bool> holds, int seconds = 100)
    {
        for (var looks = 0; !holds(); looks++)
        {
            looks.ShouldBeLessThan(seconds * 50);
            await Task.Delay(20);
        }
    }
}
