using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Online;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>One notice on its way through the queue, and what became of it. Exactly one of the three is set when it is decided.</summary>
internal sealed class Posting(PostingBatch batch, OnlineNotice notice, int merchantId, int terminalId, DateOnly businessDate, byte[]? cardReference)
{
    /// <summary>Two lines of one slot are never judged in one commit: the second must see what became of the first.</summary>
    public readonly record struct Slot(DateOnly Date, int MerchantId, int TerminalId, int Stan, TransactionKind Kind);

    public OnlineNotice Notice { get; } = notice;

    public int MerchantId { get; } = merchantId;

    public int TerminalId { get; } = terminalId;

    public NoticeResult? Result { get; private set; }

    public Refusal? Refusal { get; private set; }

    /// <summary>An outage or a bug: the line is not posted, except where <see cref="IsOutcomeUnknown"/>.</summary>
    public Exception? Failure { get; private set; }

    public bool IsOutcomeUnknown { get; private set; }

    /// <summary>Of a sale that a merchant's limits were judged for: under which token.</summary>
    public long Fence { get; set; }

    /// <summary>Not posted, because it was judged by who counts no more.</summary>
    public bool IsOvertaken { get; private set; }

    public bool IsPosted => Result is { IsHeld: false, IsDuplicate: false };

    public long WaitsSince => batch.WaitsSince;

    public Slot Key => new(Notice.Line.TransactionDate, MerchantId, TerminalId, Notice.Line.Stan, Notice.Line.Kind);

    /// <summary>Each attempt to post gets its own: a candidate is decided once.</summary>
    public Candidate NewCandidate(int lineNo) =>
        new(Notice.Line, OnlineRow.FileId, lineNo, businessDate) { CardReference = cardReference };

    public void Decide(NoticeResult result)
    {
        Result = result;
        batch.OneDecided();
    }

    public void Refuse(Refusal refusal)
    {
        Refusal = refusal;
        batch.OneDecided();
    }

    public void Overtake()
    {
        IsOvertaken = true;
        batch.OneDecided();
    }

    public void Fail(Exception failure, bool isOutcomeUnknown = false)
    {
        (Failure, IsOutcomeUnknown) = (failure, isOutcomeUnknown);
        batch.OneDecided();
    }
}

/// <summary>The notices of one request. They are posted one by one or together, as it comes; the request waits for the last.</summary>
internal sealed class PostingBatch(long waitsSince)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _undecided;

    public long WaitsSince { get; } = waitsSince;

    public List<Posting> Postings { get; } = [];

    public Task Done => _done.Task;

    public void Add(Posting posting)
    {
        Postings.Add(posting);
        _undecided++;
    }

    /// <summary>Two groups may each have a part of the batch.</summary>
    public void OneDecided()
    {
        if (Interlocked.Decrement(ref _undecided) == 0)
        {
            _done.SetResult();
        }
    }
}
