using Acquiring.Standalone.Grains;
using Acquiring.Standalone.Grains.Storage;
using Acquiring.Standalone.Tests.Grains.Contract;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Acquiring.Standalone.Tests.Grains;

/// <summary>Starts the standalone runtime for a test, with message copying on and a clock that only the test moves.</summary>
internal static class GrainHosts
{
    public static Task<IGrainHost> StartAsync() => Task.FromResult<IGrainHost>(new StandaloneGrainHost());
}

internal sealed class StandaloneGrainHost : IGrainHost
{
    private readonly ServiceProvider _services;

    public StandaloneGrainHost(IGrainStateStore? store = null, Action<GrainOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(store ?? new InMemoryGrainStateStore());
        services.AddSingleton<ILoggerProvider>(Log);
        services.AddStandaloneGrains(
            options =>
            {
                options.CopyMessages = true;
                configure?.Invoke(options);
            },
            typeof(StandaloneGrainHost).Assembly);
        _services = services.BuildServiceProvider(validateScopes: true);
        Grains = _services.GetRequiredService<IGrainFactory>();
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 1, 0, 0, TimeSpan.Zero));

    public RememberedLog Log { get; } = new();

    public IGrainFactory Grains { get; }

    public void Advance(TimeSpan time) => Clock.Advance(time);

    public Task StopAsync() => _services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Keeps log lines for a test to read.</summary>
internal sealed class RememberedLog : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
