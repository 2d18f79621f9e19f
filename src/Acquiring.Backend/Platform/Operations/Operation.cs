using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.Operations;

public enum OperationState
{
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>
/// Long work that can be followed while it runs. It tells progress, it decides nothing; the work's own rows say what was done. What it tells
/// is written down by <c>OperationKeeper</c>, so that other processes and the time after a restart know of it. Safe for any thread.
/// </summary>
/// <param name="id">Of the operation; made by whoever asks for it.</param>
/// <param name="kind">Stable word, such as <c>clearing-file</c>.</param>
/// <param name="subject">What it works on, such as a file's name.</param>
/// <param name="clock">Tells how long it takes.</param>
/// <param name="canCancel">Whether the work ends when <see cref="Cancelled"/> is.</param>
/// <param name="request">What was asked for, where it is worth keeping.</param>
#pragma warning disable CA1001 // The source of a token that nobody waits on holds nothing but memory, and may be asked long after the end.
public sealed class Operation(Guid id, string kind, string subject, TimeProvider clock, bool canCancel = false, object? request = null)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _gate = new();
    private readonly long _startedTimestamp = clock.GetTimestamp();
    private long _doneBytes;
    private long _totalBytes = -1;
    private long _totalLines = -1;
    private long _lines;
    private TimeSpan? _elapsed;
    private object? _result;
    private Refusal? _refusal;
    private bool _bug;

    public Guid Id => id;

    /// <summary>Tells this work from an earlier one of the same id.</summary>
    public Guid Attempt { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    public string Kind => kind;

    /// <summary>Somebody wants the work to end.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The table knows of it.</summary>
    internal bool IsWritten { get; set; }

    /// <summary>Called at the beginning and at the end.</summary>
    internal Action? Changed { get; set; }

    /// <summary>What it works on, such as a file's name.</summary>
    public string Subject => subject;

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    public OperationState State { get; private set; } = OperationState.Waiting;

    public bool IsEnded => State > OperationState.Running;

    /// <param name="totalBytes"><c>null</c> when the length is not known beforehand.</param>
    /// <param name="totalLines">The expected number of lines, where that is what is known.</param>
    public void Run(long? totalBytes = null, long? totalLines = null)
    {
        lock (_gate)
        {
            State = OperationState.Running;
            _totalBytes = totalBytes ?? -1;
            _totalLines = totalLines ?? -1;
        }
    }

    /// <summary>A further pass over lines that are counted by now: they are counted anew, out of <paramref name="totalLines"/>.</summary>
    public void BeginPass(long totalLines)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _lines, 0);
            _totalLines = totalLines;
        }
    }

    /// <summary>A repetition, or a wish after the end, is harmless.</summary>
    public void AskCancel() => _cancelled.Cancel();

    /// <summary>Adds to what is done.</summary>
    public void Advance(long bytes, long lines)
    {
        Interlocked.Add(ref _doneBytes, bytes);
        Interlocked.Add(ref _lines, lines);
    }

    public void Succeed(object? result) => End(OperationState.Succeeded, result, null, false);

    public void Fail(Refusal refusal) => End(OperationState.Failed, null, refusal, false);

    public void Cancel() => End(OperationState.Cancelled, null, null, false);

    /// <summary>Runs the act and ends the operation as the act ends.</summary>
    public async Task<Result<T>> FollowAsync<T>(Func<Task<Result<T>>> act, long? totalBytes = null)
    {
        Run(totalBytes);
        try
        {
            var result = await act();
            if (result.Accepted(out var value, out var refusal))
            {
                Succeed(value);
            }
            else
            {
                Fail(refusal);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            Cancel();
            throw;
        }
        catch (Exception e)
        {
            var refusal = FailureHandler.RefusalOf(e);
            End(OperationState.Failed, null, refusal, refusal is null);
            throw;
        }
    }

    public OperationSnapshot Snapshot()
    {
        lock (_gate)
        {
            var lines = Interlocked.Read(ref _lines);
            var elapsed = _elapsed ?? clock.GetElapsedTime(_startedTimestamp);
            var rate = elapsed > TimeSpan.Zero ? (long)(lines / elapsed.TotalSeconds) : 0;
            return new OperationSnapshot(
                id, kind, subject, State, Interlocked.Read(ref _doneBytes), _totalBytes < 0 ? null : _totalBytes, lines, rate,
                StartedAt, (long)elapsed.TotalMilliseconds, _result, _refusal, _bug,
                _totalLines < 0 ? null : _totalLines)
            {
                Attempt = Attempt,
                Request = request,
                CanCancel = canCancel,
                IsWritten = IsWritten,
            };
        }
    }

    private void End(OperationState state, object? result, Refusal? refusal, bool bug)
    {
        lock (_gate)
        {
            State = state;
            _result = result;
            _refusal = refusal;
            _bug = bug;
            _elapsed = clock.GetElapsedTime(_startedTimestamp);
        }

        Changed?.Invoke();
    }
}

/// <summary>An operation at one moment. <paramref name="IsBug"/>: it failed by an error of ours, told in the log.</summary>
public sealed record OperationSnapshot(
    Guid Id,
    string Kind,
    string Subject,
    OperationState State,
    long DoneBytes,
    long? TotalBytes,
    long Lines,
    long LinesPerSecond,
    DateTimeOffset StartedAt,
    long ElapsedMs,
    object? Result,
    Refusal? Refusal,
    bool IsBug,
    long? TotalLines = null)
{
    /// <summary>Tells the work from an earlier one of the same id; known only in the process that does it.</summary>
    public Guid Attempt { get; init; }

    /// <summary>What was asked for: as it came in, or as the JSON that was kept of it.</summary>
    public object? Request { get; init; }

    public bool CanCancel { get; init; }

    /// <summary>The table knows of it.</summary>
    public bool IsWritten { get; init; }

    /// <summary>Its process ended, or stands still, before the work did.</summary>
    public bool IsInterrupted { get; init; }

    public bool IsEnded => State > OperationState.Running;
}
