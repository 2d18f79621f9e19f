using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acquiring.Backend.Tests.Messages;

/// <summary>A mail server of a few words. What it does at a word is the test's: an answer, or <c>null</c> to hang up.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _mails = new();
    private readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Texts that came to their end, whatever was answered.</summary>
    public IReadOnlyList<string> Mails => [.. _mails];

    public ConcurrentQueue<string> Words { get; } = new();

    public Func<string, string?> Answer { get; set; } = Good;

    public (string, string)[] Settings =>
    [
        ("Messages:Email:Gateway", "smtp"), ("Messages:Email:Host", "127.0.0.1"), ("Messages:Email:Port", $"{Port}"), ("Messages:Email:Tls", "none"),
        ("Messages:Email:From", "acquiring@bank.example"), ("Messages:Email:User", "u"), ("Messages:Email:Password", "p"),
    ];

    public static string? Good(string word) => word switch
    {
        "hello" => "220 mail.example ready",
        "EHLO" => "250-mail.example\r\n250 AUTH PLAIN",
        "AUTH" => "235 ok",
        "DATA" => "354 go on",
        _ => "250 ok",
    };

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            try
            {
                await ConverseAsync(client.GetStream());
            }
            catch (IOException)
            {
            }
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var word = "hello";
        while (Answer(word) is { } answer)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
            if (word == "DATA" && answer[0] == '3')
            {
                var text = new StringBuilder();
                while (await reader.ReadLineAsync() is { } line && line != ".")
                {
                    text.Append(line).Append("\r\n");
                }

                _mails.Enqueue(text.ToString());
                word = "text";
            }
            else if (await reader.ReadLineAsync() is { } line)
            {
                Words.Enqueue(line);
                word = line.Split(' ', ':')[0];
            }
            else
            {
                return;
            }
        }
    }
}
