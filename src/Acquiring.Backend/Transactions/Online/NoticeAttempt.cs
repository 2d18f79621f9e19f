using Acquiring.Backend.Merchants.Limits;
using Acquiring.Core.Online;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>One notice of a request, from its reading to its answer. Either it was refused or failed on the way, or its posting tells.</summary>
internal sealed class NoticeAttempt
{
    private Refusal? _refusal;
    private Exception? _failure;
    private NoticeResult? _result;

    public OnlineNotice? Notice { get; private init; }

    public Posting? Posting { get; set; }

    /// <summary>Set when the merchant's grain counts the line.</summary>
    public LineReservation? Reservation { get; set; }

    public NoticeResult? Result => _result ?? Posting?.Result;

    public Refusal? Refusal => _refusal ?? Posting?.Refusal;

    public Exception? Failure => _failure ?? Posting?.Failure;

    /// <summary>Nothing is decided before the queue.</summary>
    public bool IsOpen => _refusal is null && _failure is null && _result is null;

    public static NoticeAttempt Of(Result<OnlineNotice> read) =>
        read.Accepted(out var notice, out var refusal) ? new() { Notice = notice } : new() { _refusal = refusal };

    public void Refuse(Refusal refusal) => _refusal = refusal;

    /// <summary>It repeats another, whose answer it gets.</summary>
    public void AnswerAs(FirstResult first) => (_result, _refusal) = (first.Result, first.Refusal);

    public void Fail(Exception failure) => _failure = failure;
}
