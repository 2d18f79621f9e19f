using Orleans;

namespace Acquiring.GrainContract;

/// <summary>
/// What the product relies on, asked of whichever runtime the project that compiles this source has. Keys are unique to the test because
/// <see cref="Signals"/>, and some runtimes, are shared by the process.
/// </summary>
public abstract class ContractTest : IAsyncLifetime
{
    private readonly string _unique = Guid.CreateVersion7().ToString("N");

    protected IGrainHost Host { get; private set; } = null!;

    /// <summary>Limits so short that a test may wait for them, where waiting is real.</summary>
    protected virtual bool ShortLimits => false;

    public async ValueTask InitializeAsync() => Host = await StartHostAsync(ShortLimits);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where calls come from; a runtime with more than one answer runs the contract once for each.</summary>
    protected virtual Task<IGrainHost> StartHostAsync(bool shortLimits) => GrainHosts.StartAsync(shortLimits);

    /// <summary>For what happens after several turns, each of which must end before the clock goes on.</summary>
    protected async Task PassUntil(Task signal, TimeSpan step)
    {
        while (!signal.IsCompleted)
        {
            await Host.PassAsync(step);
            await Grain<IWorkerGrain>("elsewhere").Key();
        }

        await signal;
    }

    protected string Key(string name) => $"x:{_unique}:{name}";

    protected T Grain<T>(string name)
        where T : IGrainWithStringKey => Host.Grains.GetGrain<T>(Key(name));
}
