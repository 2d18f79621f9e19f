using System.Net;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.Client;

/// <summary>A file's bytes as they are on disk now: what is appended while it is sent is not part of it.</summary>
internal sealed class FileContent(string path) : HttpContent
{
    private const int BufferBytes = 1 << 17;

    private readonly FileStream _file = new(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private long? _length;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var left = TryComputeLength(out var length) ? length : long.MaxValue;
        var buffer = new byte[BufferBytes];
        while (left > 0)
        {
            var read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0)
            {
                break;
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    // A broken disk must not look like a broken connection, which would be tried again.
    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _file.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new RefusedException(
                Refusal.Of(RefusalKind.Invalid, "local.file-unreadable", new Detail("file", path), new Detail("reason", e.Message)), e);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        _length ??= _file.CanSeek ? _file.Length : -1;
        length = _length.Value;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
