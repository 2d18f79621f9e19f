using System.Globalization;
using System.Net.Security;
using System.Text;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>Lines to a mail server and its answers.</summary>
internal sealed class SmtpConversation(Stream stream, CancellationToken patience) : IAsyncDisposable
{
    private const int LineBytesMax = 2_048;
    private const int LinesOfAnswerMax = 100;

    private Stream _stream = stream;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    public async Task SecureAsync(string host)
    {
        var secured = new SslStream(_stream);
        _stream = secured;
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, patience);
    }

    public async Task<int> AskAsync(string line)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), patience);
        return await ReadAsync();
    }

    /// <summary>The text without its end, so that the server has no message yet. A line that begins with a dot gets another one.</summary>
    public async Task WriteTextAsync(byte[] text)
    {
        var stuffed = Encoding.ASCII.GetString(text).Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(stuffed), patience);
        await _stream.FlushAsync(patience);
    }

    public Task<int> EndTextAsync() => AskAsync(".");

    /// <summary>Politeness; what was taken stays taken, whether the server hears it or not.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await AskAsync("QUIT");
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
        }
    }

    /// <summary>The code of an answer of one or many lines. Throws <see cref="IOException"/> for anything that is none.</summary>
    public async Task<int> ReadAsync()
    {
        for (var lines = 0; lines < LinesOfAnswerMax; lines++)
        {
            var line = await ReadLineAsync();
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                break;
            }

            if (line.Length == 3 || line[3] != '-')
            {
                return code;
            }
        }

        throw new IOException("No SMTP answer.");
    }

    // Byte by byte: what comes after a line belongs to TLS when the answer was to STARTTLS.
    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < LineBytesMax && await _stream.ReadAsync(one, patience) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        throw new IOException("The answer has no end.");
    }
}
