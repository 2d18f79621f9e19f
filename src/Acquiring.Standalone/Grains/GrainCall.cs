using Orleans;

namespace Acquiring.Standalone.Grains;

/// <summary>One message to one activation, from being sent to being answered.</summary>
internal abstract class GrainCall
{
    public abstract string MethodName { get; }

    /// <summary>It may start while others are unfinished, and others while it is.</summary>
    public abstract bool Interleaves { get; }

    /// <summary>A waiting caller is told when the answer is late; a timer's tick has no caller.</summary>
    public virtual bool HasCaller => true;

    public virtual bool CountsAsUse => true;

    /// <summary>Answered, timed out or cancelled: it need not start any more.</summary>
    public abstract bool IsCompleted { get; }

    public long SentAt { get; set; }

    /// <summary>Null while it waits in the queue.</summary>
    public long? StartedAt { get; set; }

    public Activation? Target { get; set; }

    /// <summary>The last call made from within this one: what this one is probably waiting for.</summary>
    public GrainCall? Child { get; set; }

    public abstract Task Begin(Grain grain);

    /// <summary>Hands the outcome to the caller, and returns the failure if it was one.</summary>
    public abstract Exception? Finish(Task invocation);

    public abstract void Fail(Exception exception);

    public override string ToString() => $"{Target}.{MethodName}";
}

/// <summary>A call with a caller that awaits a <typeparamref name="T"/>.</summary>
internal sealed class GrainCall<T>(GrainMethod<T> method, object?[] arguments) : GrainCall
{
    // The caller's code must never run inside the grain's turn.
    private readonly TaskCompletionSource<T> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public Task<T> Response => _response.Task;

    public override string MethodName => method.Name;

    public override bool Interleaves => method.AlwaysInterleave;

    public override bool IsCompleted => _response.Task.IsCompleted;

    /// <summary>As Orleans: a cancelled caller is released at once; the grain sees the same token and stops when it looks.</summary>
    public void ReleaseCallerOn(CancellationToken cancellationToken) => _cancellation = cancellationToken.UnsafeRegister(
        static (call, token) => ((GrainCall<T>)call!)._response.TrySetCanceled(token), this);

    public override Task Begin(Grain grain) => method.Invoke(grain, arguments);

    public override Exception? Finish(Task invocation)
    {
        _cancellation.Unregister();
        if (invocation.IsCompletedSuccessfully)
        {
            try
            {
                _response.TrySetResult(method.ResultOf(invocation));
                return null;
            }
            catch (InvalidOperationException uncopyable)
            {
                _response.TrySetException(uncopyable);
                return uncopyable;
            }
        }

        if (invocation.IsCanceled)
        {
            _response.TrySetCanceled(new CancellationToken(canceled: true));
            return null;
        }

        var failures = invocation.Exception!.InnerExceptions;
        _response.TrySetException(failures);
        return failures[0];
    }

    public override void Fail(Exception exception)
    {
        _cancellation.Unregister();
        _response.TrySetException(exception);
    }
}
