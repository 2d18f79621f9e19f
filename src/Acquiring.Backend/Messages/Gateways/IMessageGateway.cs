using Acquiring.Backend.Messages.Templates;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>A message on its way out. Holds an address and perhaps a code in plain: never logged.</summary>
/// <param name="SendKey">Told to gateways that know repetitions by a key.</param>
/// <param name="IsSecret">A one-time code.</param>
internal sealed record OutgoingMessage(
    Guid MessageId, Guid SendKey, MessageChannel Channel, string To, string Language, DateTimeOffset MadeAt, MessageContent Content,
    bool IsSecret)
{
    public override string ToString() => $"message {MessageId}";
}

/// <param name="Status">What the gateway answered; <c>null</c> without an answer.</param>
/// <param name="Error">A word for what happened otherwise; never what the gateway said, which may repeat the message.</param>
internal sealed record HandOver(HandOverOutcome Outcome, int? Status = null, string? Error = null);

/// <summary>
/// The way out of the house. An adapter hands a message over once a call and tells exactly what is known: <c>NotTaken</c> and <c>Refused</c>
/// only when the gateway certainly has nothing, <c>Unknown</c> otherwise. It answers within the seconds of its setting and throws for bugs only.
/// </summary>
internal interface IMessageGateway
{
    /// <summary>For the log: <c>file</c>, <c>http</c>, <c>smtp</c>.</summary>
    string Name { get; }

    /// <summary>Whether a message that is handed over again arrives once.</summary>
    bool IsRepeatable { get; }

    Task<HandOver> SendAsync(OutgoingMessage message);
}

/// <summary>The gateway of each channel.</summary>
internal sealed class MessageGateways(MessageOptions options, FileGateway file) : IDisposable
{
    private readonly Dictionary<MessageChannel, IMessageGateway> _byChannel = Enum.GetValues<MessageChannel>().ToDictionary(
        c => c,
        c => options.Http.TryGetValue(c, out var http) ? new HttpGateway(http, TimeSpan.FromSeconds(options.AnswerSecondsMax))
            : c == MessageChannel.Email && options.Smtp is { } smtp ? new SmtpGateway(smtp, TimeSpan.FromSeconds(options.AnswerSecondsMax))
            : (IMessageGateway)file);

    public IMessageGateway Of(MessageChannel channel) => _byChannel[channel];

    public void Dispose()
    {
        foreach (var gateway in _byChannel.Values.OfType<IDisposable>())
        {
            gateway.Dispose();
        }
    }
}
