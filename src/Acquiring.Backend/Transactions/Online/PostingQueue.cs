using System.Threading.Channels;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Where notices of all requests meet to share commits: one loop takes whatever waits, writes it in one transaction and answers all of it.
/// While a commit runs the next group gathers, so the group grows with the load by itself and a lone notice waits for nobody. When many
/// have gathered, they are copied beside that commit and only commit after it; two groups at most are under way.
/// </summary>
public sealed partial class PostingQueue : BackgroundService
{
    private readonly Channel<PostingBatch> _batches = Channel.CreateUnbounded<PostingBatch>(new() { SingleReader = true });
    private readonly Queue<Posting> _taken = new();
    private readonly PostingGroup _group;
    private readonly TimeProvider _clock;
    private readonly ILogger<PostingQueue> _log;
    private int _waiting;
    private volatile Crowd? _crowd;

    internal PostingQueue(PostingGroup group, TimeProvider clock, ILogger<PostingQueue> log) => (_group, _clock, _log) = (group, clock, log);

    /// <summary>Tests make it small.</summary>
    internal int WaitingLinesMax { get; set; } = OnlineLimits.WaitingLinesMax;

    /// <summary>False when too many wait already, or the host stops: nothing of the batch was taken.</summary>
    internal bool TryPost(PostingBatch batch)
    {
        var count = batch.Postings.Count;
        if (Interlocked.Add(ref _waiting, count) > WaitingLinesMax || !_batches.Writer.TryWrite(batch))
        {
            Interlocked.Add(ref _waiting, -count);
            return false;
        }

        _crowd?.Look(Volatile.Read(ref _waiting));
        return true;
    }

    /// <summary>What waits is still posted; whoever comes now is refused.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _batches.Writer.TryComplete();
        if (ExecuteTask is { } loop)
        {
            await loop.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = Task.CompletedTask;
        var slotsBefore = new HashSet<Posting.Slot>();
        while (true)
        {
            if (!before.IsCompleted)
            {
                await Task.WhenAny(before, ManyWaitAsync(slotsBefore.Count));
            }

            if (_taken.Count == 0 && !await _batches.Reader.WaitToReadAsync(CancellationToken.None))
            {
                break;
            }

            var (group, slots) = Gather(before.IsCompleted ? [] : slotsBefore);
            if (group.Count == 0)
            {
                await before;
                continue;
            }

            var posting = PostAsync(group, before);
            await before;
            (before, slotsBefore) = (posting, slots);
        }

        await before;
    }

    /// <summary>Never throws: the loop outlives whatever happens to a group, and its requests are told.</summary>
    private async Task PostAsync(List<Posting> group, Task before)
    {
        try
        {
            await _group.PostAsync(group, before);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogLost(e, group.Count);
            group.Where(p => p is { Result: null, Refusal: null, Failure: null, IsOvertaken: false }).ToList().ForEach(p => p.Fail(e));
        }

        Interlocked.Add(ref _waiting, -group.Count);
    }

    /// <summary>Completes when enough lines wait beside those under way to be copied ahead; fewer share the next commit for nothing.</summary>
    private Task ManyWaitAsync(int underWay)
    {
        var crowd = new Crowd(underWay + OnlineLimits.CopiedAheadMin);
        Interlocked.Exchange(ref _crowd, crowd);
        crowd.Look(Volatile.Read(ref _waiting));
        return crowd.IsThere;
    }

    /// <summary>
    /// Takes what waits, oldest first, up to the size of a commit. A second line of a slot is left for the next group, and so is one of a slot
    /// under way: what becomes of the first must be known.
    /// </summary>
    private (List<Posting> Group, HashSet<Posting.Slot> Slots) Gather(HashSet<Posting.Slot> underWay)
    {
        while (_taken.Count < OnlineLimits.CommitLinesMax && _batches.Reader.TryRead(out var batch))
        {
            batch.Postings.ForEach(_taken.Enqueue);
        }

        var count = Math.Min(_taken.Count, OnlineLimits.CommitLinesMax);
        var group = new List<Posting>(count);
        var slots = new HashSet<Posting.Slot>(count);
        for (var left = _taken.Count; left > 0 && group.Count < OnlineLimits.CommitLinesMax; left--)
        {
            var posting = _taken.Dequeue();
            if (_clock.GetElapsedTime(posting.WaitsSince) > OnlineLimits.WaitMax)
            {
                posting.Fail(new RefusedException(OnlineRefusals.WaitedTooLong()));
                Interlocked.Decrement(ref _waiting);
            }
            else if (!underWay.Contains(posting.Key) && slots.Add(posting.Key))
            {
                group.Add(posting);
            }
            else
            {
                _taken.Enqueue(posting);
            }
        }

        return (group, slots);
    }

    /// <summary>Who waits until so many lines wait.</summary>
    private sealed class Crowd(int lines)
    {
        private readonly TaskCompletionSource _isThere = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsThere => _isThere.Task;

        public void Look(int waiting)
        {
            if (waiting >= lines)
            {
                _isThere.TrySetResult();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} notices failed in a way that should not happen")]
    private partial void LogLost(Exception exception, int count);
}
