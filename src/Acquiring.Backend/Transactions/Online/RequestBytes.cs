using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>A whole request body in pooled memory. It may hold card numbers, so it is wiped before the memory goes back.</summary>
internal sealed class RequestBytes : IDisposable
{
    private const int SizeAtFirst = 1_024;

    private byte[] _buffer;
    private int _length;

    private RequestBytes(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>A connection that ends before the body does throws: nobody is left to answer, and the sender repeats all of it.</summary>
    /// <returns><c>null</c> when the body has more bytes than allowed.</returns>
    public static async Task<RequestBytes?> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bytesMax)
        {
            return null;
        }

        var bytes = new RequestBytes((int)(request.ContentLength ?? SizeAtFirst) + 1);
        try
        {
            while (await bytes.ReadMoreAsync(request.Body, cancellationToken))
            {
                if (bytes._length > bytesMax)
                {
                    bytes.Dispose();
                    return null;
                }
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }

        return bytes;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _length = 0;
    }

    private async ValueTask<bool> ReadMoreAsync(Stream body, CancellationToken cancellationToken)
    {
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        var read = await body.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
        _length += read;
        return read > 0;
    }
}
