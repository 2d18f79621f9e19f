using Acquiring.Backend.Night;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Acquiring.Host.Hosting;

/// <summary>The composition root of the standalone runtime: services, the order of what a request passes, the addresses.</summary>
internal static class WebComposition
{
    /// <summary>How long a server that is told to stop waits for requests under way. An upload that is cut resumes when it is sent again.</summary>
    private const int ServerDrainSeconds = 30;

    /// <summary>A verb that hosted others by the way lets them finish; they cannot know that it was a guest.</summary>
    private const int VerbDrainSeconds = 3_600;

    public static WebApplication Build(HostSettings settings, IReadOnlyList<ListenAddress> addresses, HostDatabase database, TextCatalog texts)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(WebComposition).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        HostLogging.Configure(builder.Logging, settings);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings, addresses));
        var services = builder.Services;
        services.AddSingleton<IHostLifetime, EndedByItsOwner>();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(settings.IsServer ? ServerDrainSeconds : VerbDrainSeconds));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(texts);
        services.AddSingleton(database.DataSource);
        services.AddSingleton(database.Key);
        services.AddSingleton(new PersonalDataProtector(database.Key));
        services.AddSingleton(new CardReferences(database.Key));
        services.AddApiDocument();
        builder.Configuration["Messages:Directory"] ??= settings.Data.MessagesPath;
        services.AddModules(builder.Configuration);
        services.AddSingleton(settings.Runtime);
        settings.Runtime.AddTo(builder, database.ConnectionString);
        if (settings.IsServer)
        {
            // A verb that hosts by the way ends within seconds: the night is the server's.
            settings.Runtime.AddJobsTo(builder, database.ConnectionString);
        }
        else if (settings.Verb == HostSettings.NightVerb)
        {
            // But for this verb, which waits for nights and does only these.
            services.AddNightLoop();
        }

        var app = builder.Build();
        app.UseRequestFrame();
        app.UseExceptionHandler(_ => { });
        app.UseProblemsForEmptyAnswers();
        if (!settings.Insecure)
        {
            app.UseMiddleware<LoopbackGuard>();
        }

        app.UseRepeatedRequests();
        app.UseApiDocument();
        if (settings.IsServer)
        {
            settings.Runtime.MapTo(app);
        }

        app.MapHealth();
        app.MapGet("/", () => Results.Redirect("/swagger")).ExcludeFromDescription();
        app.MapGroup("/api/v1").MapModules();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, HostSettings settings, IReadOnlyList<ListenAddress> addresses)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestFrame.BodyBytesMax;
        kestrel.ListenUnixSocket(settings.Data.SocketPath);
        foreach (var address in addresses)
        {
            if (address.Ip is null)
            {
                kestrel.ListenLocalhost(address.Port);
            }
            else
            {
                kestrel.Listen(address.Ip, address.Port);
            }
        }
    }

    /// <summary>Signals are the command line's affair: a verb has more to end than its host.</summary>
    private sealed class EndedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
