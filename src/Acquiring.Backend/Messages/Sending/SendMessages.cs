using Acquiring.Backend.Messages.Gateways;
using Acquiring.Backend.Platform;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Messages.Sending;

/// <summary>
/// Hands what is due to the gateways, each message by an attempt that is on record before its gateway is called. A gateway that hangs keeps
/// only its own channel waiting.
/// </summary>
internal sealed partial class SendMessages(MessageQueue queue, MessageGateways gateways, TimeProvider clock, ILogger<SendMessages> log)
{
    private const int AtATimeMax = 64;
    private const int AtOncePerChannelMax = 4;

    private readonly BusyRounds<MessageChannel> _rounds = new();

    /// <summary>Begins to send on each channel that is not being sent on. Throws what went wrong earlier. For one caller at a time.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _rounds.EndedAsync();
        await queue.EndAbandonedAsync(cancellationToken);
        foreach (var channel in Enum.GetValues<MessageChannel>())
        {
            _rounds.Begin(channel, () => SendAsync(channel, cancellationToken));
        }
    }

    /// <summary>Until nothing is due any more, or what is due has failed.</summary>
    public Task EndAsync() => _rounds.EndAsync();

    private async Task SendAsync(MessageChannel channel, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> due;
        while ((due = await queue.DueAsync(channel, AtATimeMax, cancellationToken)).Count > 0)
        {
            await Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = AtOncePerChannelMax, CancellationToken = cancellationToken },
                async (id, token) => await TryOneAsync(id, gateways.Of(channel), token));
        }
    }

    /// <summary>One that cannot be sent for a bug waits, and keeps no other waiting.</summary>
    private async Task TryOneAsync(Guid messageId, IMessageGateway gateway, CancellationToken cancellationToken)
    {
        try
        {
            await TryAsync(messageId, gateway, cancellationToken);
        }
        catch (Exception failure) when (failure is RefusedException || (failure is not OperationCanceledException && FailureHandler.RefusalOf(failure) is null))
        {
            LogBug(failure, messageId);
            await queue.PostponeAsync(messageId, cancellationToken);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "message {MessageId}: a bug; it waits, the others are sent")]
    private partial void LogBug(Exception failure, Guid messageId);
}
