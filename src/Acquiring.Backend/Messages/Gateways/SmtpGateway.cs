using System.Net.Sockets;
using System.Security.Authentication;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>
/// Speaks SMTP (RFC 5321) itself, a connection a message, because it must know where a conversation broke: until the last line of the text is
/// sent the server has no message; from then on, without its answer, nobody knows. A repetition is not recognised by mail servers.
/// </summary>
internal sealed class SmtpGateway(SmtpGatewayOptions options, TimeSpan answerMax) : IMessageGateway
{
    public string Name => "smtp";

    public bool IsRepeatable => false;

    public async Task<HandOver> SendAsync(OutgoingMessage message)
    {
        using var patience = new CancellationTokenSource(answerMax);
        var ended = false;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(options.Host, options.Port, patience.Token);
            await using var conversation = new SmtpConversation(client.GetStream(), patience.Token);
            var refused = await BeginAsync(conversation, message);
            if (refused is not null)
            {
                return refused;
            }

            await conversation.WriteTextAsync(MailText.Of(message, options.From));
            ended = true;
            var last = await conversation.EndTextAsync();
            if (last is >= 200 and < 300)
            {
                await conversation.LeaveAsync();
                return new(HandOverOutcome.Accepted, last);
            }

            return Failed(last, "text");
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            return new(ended ? HandOverOutcome.Unknown : HandOverOutcome.NotTaken, Error: Word(failure));
        }
    }

    /// <summary>Up to the server's leave to send the text; otherwise why not.</summary>
    private async Task<HandOver?> BeginAsync(SmtpConversation conversation, OutgoingMessage message)
    {
        if (options.Tls == SmtpTls.Implicit)
        {
            await conversation.SecureAsync(options.Host);
        }

        var answer = await conversation.ReadAsync();
        answer = answer == 220 ? await conversation.AskAsync("EHLO acquiring") : answer;
        if (answer == 250 && options.Tls == SmtpTls.StartTls)
        {
            answer = await conversation.AskAsync("STARTTLS");
            if (answer != 220)
            {
                return new(HandOverOutcome.NotTaken, answer, "noTls");
            }

            await conversation.SecureAsync(options.Host);
            answer = await conversation.AskAsync("EHLO acquiring");
        }

        if (answer == 250 && options.User is { } user)
        {
            answer = await conversation.AskAsync($"AUTH PLAIN {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{user}\0{options.Password}"))}");
            if (answer != 235)
            {
                return new(HandOverOutcome.NotTaken, answer, "signIn");
            }

            answer = 250;
        }

        if (answer != 250 || (answer = await conversation.AskAsync($"MAIL FROM:<{options.From}>")) != 250)
        {
            // About us, not about the message: somebody mends it.
            return new(HandOverOutcome.NotTaken, answer, "sender");
        }

        if ((answer = await conversation.AskAsync($"RCPT TO:<{message.To}>")) is not (250 or 251))
        {
            return Failed(answer, "recipient");
        }

        return (answer = await conversation.AskAsync("DATA")) == 354 ? null : Failed(answer, "text");
    }

    /// <summary>A clear no: 5yz for good, anything else for now.</summary>
    private static HandOver Failed(int answer, string error) =>
        new(answer is >= 500 and < 600 ? HandOverOutcome.Refused : HandOverOutcome.NotTaken, answer, error);

    private static string Word(Exception failure) => failure switch
    {
        OperationCanceledException => "noAnswer",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => "unknownHost",
        SocketException => "noConnection",
        AuthenticationException => "badCertificate",
        _ => "connectionBroke",
    };
}
