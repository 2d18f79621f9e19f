using Acquiring.Standalone.Grains;
using Acquiring.Standalone.Grains.Storage;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Acquiring.GrainContract;

/// <summary>Starts the standalone runtime for a test, with message copying on and a clock that only the test moves.</summary>
internal static class GrainHosts
{
    /// <param name="shortLimits">Makes no difference: the test's clock makes all limits short.</param>
    public static Task<IGrainHost> StartAsync(bool shortLimits) => StartOwnAsync();

    public static Task<IGrainHost> StartOwnAsync() => Task.FromResult<IGrainHost>(new StandaloneGrainHost());
}

internal sealed class StandaloneGrainHost : IGrainHost
{
    private readonly ServiceProvider _services;
    private readonly IGrainStateStore _store;
    private readonly GrainOptions _options = new();

    public StandaloneGrainHost(IGrainStateStore? store = null, Action<GrainOptions>? configure = null)
    {
        var services = new ServiceCollection();
        _store = store ?? new InMemoryGrainStateStore();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(_store);
        services.AddSingleton<ILoggerProvider>(Log);
        services.AddStandaloneGrains(
            options =>
            {
                options.Copying = MessageCopying.Everything;
                configure?.Invoke(options);
            },
            typeof(StandaloneGrainHost).Assembly);
        _services = services.BuildServiceProvider(validateScopes: true);
        Grains = _services.GetRequiredService<IGrainFactory>();
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 1, 0, 0, TimeSpan.Zero));

    public RememberedLog Log { get; } = new();

    public IGrainFactory Grains { get; }

    public TimeSpan ResponseTimeout => _options.ResponseTimeout;

    public TimeSpan IdleAge => _options.IdleAge;

    public TimeSpan LateBy => TimeSpan.FromSeconds(2);

    public void Advance(TimeSpan time) => Clock.Advance(time);

    public Task PassAsync(TimeSpan time)
    {
        Advance(time);
        return Task.CompletedTask;
    }

    public async Task WriteBehindItsBackAsync(string stateName, string grainKey, string json)
    {
        var stored = await _store.ReadAsync(stateName, grainKey, CancellationToken.None);
        await _store.WriteAsync(stateName, grainKey, json, stored?.Version, CancellationToken.None);
    }

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
