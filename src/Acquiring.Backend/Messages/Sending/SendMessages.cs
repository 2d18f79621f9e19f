using Acquiring.Backend.Messages.Gateways;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Sending;

/// <summary>
/// Hands what is due to the gateways, each message by an attempt that is on record before its gateway is called. A gateway that hangs keeps
/// only its own channel waiting.
/// </summary>
internal sealed class SendMessages(MessageQueue queue, MessageGateways gateways, TimeProvider clock)
{
    private const int AtATimeMax = 64;
    private const int AtOncePerChannelMax = 4;

    private readonly Dictionary<MessageChannel, Task> _busy = [];

    /// <summary>Begins to send on each channel that is not being sent on. Throws what went wrong earlier. For one caller at a time.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (channel, sending) in _busy.Where(b => b.Value.IsCompleted).ToList())
        {
            _busy.Remove(channel);
            await sending;
        }

        await queue.EndAbandonedAsync(cancellationToken);
        foreach (var channel in Enum.GetValues<MessageChannel>().Where(c => !_busy.ContainsKey(c)))
        {
            _busy.Add(channel, SendAsync(channel, cancellationToken));
        }
    }

    /// <summary>Until nothing is due any more, or what is due has failed.</summary>
    public async Task EndAsync()
    {
        var under = _busy.Values.ToList();
        _busy.Clear();
        await Task.WhenAll(under);
    }

    private async Task SendAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> due;
        while ((due = await queue.DueAsync(channel, AtATimeMax, cancellationToken)).Count > 0)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOncePerChannelMax, CancellationToken = cancellationToken },
                async (id, token) => await TryAsync(id, gateways.Of(channel), token));
        }
    }

    private async Task TryAsync(Guid messageId, IMessageGateway gateway, CancellationToken cancellationToken)
    {
        if (await queue.BeginAsync(messageId, gateway, cancellationToken) is not { } begun)
        {
            return;
        }

        // Begun is not called off by the end of the host: the gateway answers within seconds, and its answer is worth waiting for.
        // A process may have stood still since it began; a code that ran out meanwhile is not sent.
        var handOver = clock.GetUtcNow() < begun.GiveUpAt ? await gateway.SendAsync(begun.Message) : new(HandOverOutcome.NotTaken, Error: "tooOld");
        var course = MessageCourse.After(
            handOver.Outcome, begun.IsRepeatable, begun.Tries, begun.MayBeTaken, clock.GetUtcNow(), begun.GiveUpAt);
        await queue.EndAsync(messageId, begun.Attempt, handOver, course, CancellationToken.None);
    }
}
