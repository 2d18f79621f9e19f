namespace Acquiring.Backend.Platform.Acts;

/// <summary>An answer's body that waits until it is recorded. One that grows beyond the limit is passed on as it comes and not recorded.</summary>
internal sealed class HeldBody(Stream to, int bytesMax) : Stream
{
    private MemoryStream? _held = new();

    /// <summary><c>null</c> when it was too large.</summary>
    public byte[]? Held => _held?.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async Task PassOnAsync(CancellationToken cancellationToken)
    {
        if (_held is { Length: > 0 } held)
        {
            await to.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellationToken);
        }

        _held = null;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held is { } held && held.Length + buffer.Length <= bytesMax)
        {
            held.Write(buffer.Span);
            return;
        }

        await PassOnAsync(cancellationToken);
        await to.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _held is null ? to.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Answers are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
