using Orleans;
using Orleans.Runtime;

namespace Acquiring.Cluster.Tests.Grains;

public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Counts one operation and stores it; what it returns is durable.</summary>
    Task<int> Count(int operation);
}

[GenerateSerializer, Alias("cluster-test.counted")]
public sealed class Counted
{
    /// <summary>In the order of their commits.</summary>
    [Id(0)]
    public List<int> Operations { get; set; } = [];
}

public sealed class CounterGrain([PersistentState("cluster-test-counter", "acquiring")] IPersistentState<Counted> counted) : Grain, ICounterGrain
{
    public async Task<int> Count(int operation)
    {
        counted.State.Operations.Add(operation);
        try
        {
            await counted.WriteStateAsync();
        }
        catch
        {
            // Memory must tell what is stored: an unknown outcome is read.
            DeactivateOnIdle();
            throw;
        }

        return counted.State.Operations.Count;
    }
}
