using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Acquiring.GrainContract;

public interface IWorkerGrain : IGrainWithStringKey
{
    Task<string> Key();

    Task<string> ActivationId();

    Task<int> AddSlowly(int amount, string? signal = null);

    Task<int> FanOut(int branches);

    Task Note(int number);

    Task NoteAfter(string signal, int number);

    ValueTask<Sale> Echo(Sale sale);

    Task<Basket> Put(Basket basket, string item);

    Task<IReadOnlyList<string>> Contents();

    Task WaitFor(string signal);

    Task WaitForCancellation(CancellationToken cancellationToken);

    Task EndAfterThisCall();

    Task Keep(TimeSpan time);

    Task TickEvery(TimeSpan period);

    Task TickOnceAfter(TimeSpan time);

    Task<int> Ticks();

    [AlwaysInterleave]
    Task<string> Peek();
}

public class WorkerGrain : Grain, IWorkerGrain
{
    private readonly string _activationId = Guid.CreateVersion7().ToString();
    private Basket _basket = new();
    private int _sum;
    private int _inside;
    private int _insideMost;
    private int _ticks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Signals.Note(this.GetPrimaryKeyString() + ":life", "begin");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        Signals.Raise(key + ":ending");
        if (key.EndsWith(":slow-end", StringComparison.Ordinal))
        {
            await Signals.RaisedEver(key + ":may-end");
        }

        Signals.Note(key + ":life", "end " + reason.ReasonCode);
        Signals.Raise(key + ":ended");
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> ActivationId() => Task.FromResult(_activationId);

    public async Task<int> AddSlowly(int amount, string? signal = null)
    {
        var before = _sum;
        await (signal is null ? Task.CompletedTask : Signals.RaisedEver(signal));
        await Task.Yield();
        _sum = before + amount;
        return _sum;
    }

    public async Task<int> FanOut(int branches)
    {
        await Task.WhenAll(Enumerable.Range(0, branches).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                await Task.Yield();
                Interlocked.Increment(ref _inside);
                SpinWait.SpinUntil(() => Volatile.Read(ref _inside) > 1, TimeSpan.FromMilliseconds(5));
                _insideMost = Math.Max(_insideMost, Volatile.Read(ref _inside));
                Interlocked.Decrement(ref _inside);
            }
        }));
        return _insideMost;
    }

    public async Task Note(int number)
    {
        await Task.Yield();
        Signals.Note(this.GetPrimaryKeyString(), number.ToString());
    }

    public async Task NoteAfter(string signal, int number)
    {
        Signals.Raise(signal + ":started");
        await Signals.RaisedEver(signal);
        Signals.Note(this.GetPrimaryKeyString(), number.ToString());
    }

    public ValueTask<Sale> Echo(Sale sale) => ValueTask.FromResult(sale);

    public Task<Basket> Put(Basket basket, string item)
    {
        _basket = basket;
        _basket.Items.Add(item);
        return Task.FromResult(_basket);
    }

    public Task<IReadOnlyList<string>> Contents() => Task.FromResult<IReadOnlyList<string>>(_basket.Items);

    public async Task WaitFor(string signal)
    {
        Signals.Raise(signal + ":started");
        await Signals.RaisedEver(signal);
    }

    public async Task WaitForCancellation(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        Signals.Raise(key + ":waits");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            Signals.Raise(key + ":was cancelled");
        }
    }

    public Task EndAfterThisCall()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Keep(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task TickEvery(TimeSpan period)
    {
        this.RegisterGrainTimer(
            () =>
            {
                _ticks++;
                Signals.Raise($"{this.GetPrimaryKeyString()}:tick {_ticks}");
                return _ticks == 1 ? throw new InvalidDataException("The first tick fails.") : Task.CompletedTask;
            },
            period,
            period);
        return Task.CompletedTask;
    }

    public Task TickOnceAfter(TimeSpan time)
    {
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            _ =>
            {
                _ticks++;
                timer!.Dispose();
                Signals.Raise($"{this.GetPrimaryKeyString()}:tick {_ticks}");
                return Task.CompletedTask;
            },
            new() { DueTime = time, Period = time });
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task<string> Peek() => Task.FromResult(_activationId);
}
