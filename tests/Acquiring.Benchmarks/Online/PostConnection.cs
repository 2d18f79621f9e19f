using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acquiring.Benchmarks.Online;

/// <summary>
/// One keep-alive connection that posts and waits for the answer. By hand, since the generator shares the machine with what it
/// measures: a general client would cost as much as the host.
/// </summary>
internal sealed class PostConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _head;
    private byte[] _request = new byte[1 << 12];
    private byte[] _answer = new byte[1 << 12];

    private PostConnection(string contentType) => _head = Encoding.ASCII.GetBytes(
        $"POST /api/v1/transactions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {contentType}\r\nContent-Length: ");

    /// <summary>Of the last answer, without its framing.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public static async Task<PostConnection> OpenAsync(IPEndPoint host, string contentType, CancellationToken cancellationToken)
    {
        var connection = new PostConnection(contentType);
        await connection._socket.ConnectAsync(host, cancellationToken);
        return connection;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Returns the status; 0 when the host hung up.</summary>
    public async ValueTask<int> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var length = Compose(body.Span);
        for (var sent = 0; sent < length;)
        {
            sent += await _socket.SendAsync(_request.AsMemory(sent, length - sent), cancellationToken);
        }

        var filled = 0;
        while (true)
        {
            if (filled == _answer.Length)
            {
                Array.Resize(ref _answer, 2 * _answer.Length);
            }

            var read = await _socket.ReceiveAsync(_answer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                return 0;
            }

            filled += read;
            if (IsWhole(filled))
            {
                return ((_answer[9] - '0') * 100) + ((_answer[10] - '0') * 10) + (_answer[11] - '0');
            }
        }
    }

    private int Compose(ReadOnlySpan<byte> body)
    {
        var room = _head.Length + 20 + body.Length;
        if (_request.Length < room)
        {
            _request = new byte[2 * room];
        }

        _head.CopyTo(_request, 0);
        body.Length.TryFormat(_request.AsSpan(_head.Length), out var digits, default, CultureInfo.InvariantCulture);
        var at = _head.Length + digits;
        "\r\n\r\n"u8.CopyTo(_request.AsSpan(at));
        body.CopyTo(_request.AsSpan(at + 4));
        return at + 4 + body.Length;
    }

    private bool IsWhole(int filled)
    {
        var answer = _answer.AsSpan(0, filled);
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var bodyAt = head + 4;
        var lengthAt = answer[..head].IndexOf("Content-Length: "u8);
        if (lengthAt >= 0)
        {
            var digits = answer[(lengthAt + 16)..bodyAt];
            var length = int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
            Body = _answer.AsMemory(bodyAt, Math.Min(length, filled - bodyAt));
            return filled >= bodyAt + length;
        }

        // Chunked: the last chunk is empty, and nothing is pipelined behind it.
        if (!answer.EndsWith("0\r\n\r\n"u8) || !(filled == bodyAt + 5 || answer.EndsWith("\r\n0\r\n\r\n"u8)))
        {
            return false;
        }

        Body = _answer.AsMemory(bodyAt, JoinChunks(bodyAt));
        return true;
    }

    private int JoinChunks(int bodyAt)
    {
        var (from, to) = (bodyAt, bodyAt);
        while (true)
        {
            var line = _answer.AsSpan(from);
            var digits = line[..line.IndexOf("\r\n"u8)];
            var length = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return to - bodyAt;
            }

            Buffer.BlockCopy(_answer, from + digits.Length + 2, _answer, to, length);
            (from, to) = (from + digits.Length + 2 + length + 2, to + length);
        }
    }
}
