using Orleans;
using Orleans.Runtime;

namespace Acquiring.Benchmarks.Grains;

/// <summary>The same source under either runtime.</summary>
public interface IMeasuredGrain : IGrainWithStringKey
{
    /// <summary>Nothing but the call: a message there, a message back.</summary>
    Task<MeasuredAnswer> Ask(MeasuredLine line);

    /// <summary>Counts a line and stores the state over the version last stored.</summary>
    Task<int> Store(MeasuredLine line);
}

/// <summary>As large as what the online path sends to a merchant's grain.</summary>
[GenerateSerializer, Alias("benchmark.line")]
public sealed record MeasuredLine(
    [property: Id(0)] int MerchantId,
    [property: Id(1)] int TerminalId,
    [property: Id(2)] int Batch,
    [property: Id(3)] int Stan,
    [property: Id(4)] DateOnly TransactionDate,
    [property: Id(5)] long AmountFen,
    [property: Id(6)] string Reference);

[GenerateSerializer, Alias("benchmark.answer")]
public sealed record MeasuredAnswer([property: Id(0)] int FeePlanId, [property: Id(1)] long FeeFen, [property: Id(2)] bool IsTracked);

[GenerateSerializer, Alias("benchmark.sums")]
public sealed class MeasuredSums
{
    [Id(0)]
    public int Sales { get; set; }

    [Id(1)]
    public long GrossFen { get; set; }

    [Id(2)]
    public string LastReference { get; set; } = "";
}

public sealed class MeasuredGrain([PersistentState("benchmark-sums", "acquiring")] IPersistentState<MeasuredSums> sums) : Grain, IMeasuredGrain
{
    public Task<MeasuredAnswer> Ask(MeasuredLine line) => Task.FromResult(new MeasuredAnswer(1, line.AmountFen / 1000, true));

    public async Task<int> Store(MeasuredLine line)
    {
        sums.State.Sales++;
        sums.State.GrossFen += line.AmountFen;
        sums.State.LastReference = line.Reference;
        await sums.WriteStateAsync();
        return sums.State.Sales;
    }
}
