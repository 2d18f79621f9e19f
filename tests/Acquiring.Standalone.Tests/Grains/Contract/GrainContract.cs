using Orleans;

namespace Acquiring.Standalone.Tests.Grains.Contract;

/// <summary>One runtime a test; keys are unique to the test because <see cref="Signals"/> are shared by the process.</summary>
public abstract class GrainContract : IAsyncLifetime
{
    private readonly string _unique = Guid.CreateVersion7().ToString("N");

    protected IGrainHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await GrainHosts.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>For what happens after several turns, each of which must end before the clock goes on.</summary>
    protected async Task AdvanceUntil(Task signal, TimeSpan step)
    {
        while (!signal.IsCompleted)
        {
            Host.Advance(step);
            await Grain<IWorkerGrain>("elsewhere").Key();
        }
    }

    protected string Key(string name) => $"x:{_unique}:{name}";

    protected T Grain<T>(string name)
        where T : IGrainWithStringKey => Host.Grains.GetGrain<T>(Key(name));
}
