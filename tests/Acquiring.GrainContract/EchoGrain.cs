using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Orleans;

namespace Acquiring.GrainContract;

public interface IEchoGrain : IGrainWithStringKey
{
    Task<Refusal?> Refusal(Refusal? refusal);

    Task<LimitKind> Kind(LimitKind kind);

    Task<LimitKind?> KindOrNone(LimitKind? kind);

    Task<LimitBreach> Breach(LimitBreach breach);

    Task<LimitBreach?> BreachOrNone(LimitBreach? breach);

    Task<IReadOnlyList<LimitKind>> Kinds(IReadOnlyList<LimitKind> kinds);

    Task<List<MerchantNo>> Merchants(List<MerchantNo> merchants);

    Task<IReadOnlyList<Refusal>> Refusals(Refusal[] refusals);

    ValueTask<Answer> Answer(Answer answer);

    /// <summary>Keeps the first list it is given, and returns the one it keeps.</summary>
    Task<List<string>> Keep(List<string> list);
}

public class EchoGrain : Grain, IEchoGrain
{
    private List<string>? _kept;

    public Task<Refusal?> Refusal(Refusal? refusal) => Task.FromResult(refusal);

    public Task<LimitKind> Kind(LimitKind kind) => Task.FromResult(kind);

    public Task<LimitKind?> KindOrNone(LimitKind? kind) => Task.FromResult(kind);

    public Task<LimitBreach> Breach(LimitBreach breach) => Task.FromResult(breach);

    public Task<LimitBreach?> BreachOrNone(LimitBreach? breach) => Task.FromResult(breach);

    public Task<IReadOnlyList<LimitKind>> Kinds(IReadOnlyList<LimitKind> kinds) => Task.FromResult(kinds);

    public Task<List<MerchantNo>> Merchants(List<MerchantNo> merchants) => Task.FromResult(merchants);

    public Task<IReadOnlyList<Refusal>> Refusals(Refusal[] refusals) => Task.FromResult<IReadOnlyList<Refusal>>(refusals);

    public ValueTask<Answer> Answer(Answer answer) => ValueTask.FromResult(answer);

    public Task<List<string>> Keep(List<string> list) => Task.FromResult(_kept ??= list);
}
