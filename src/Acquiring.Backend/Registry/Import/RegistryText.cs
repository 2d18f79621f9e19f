using System.Text.Unicode;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// A file of an import as UTF-8, whatever it came in. The encoding is judged by content, line by line, on the first window that holds
/// anything but ASCII: text of one encoding is almost never valid in the other, and a few damaged lines do not outvote the rest. Bytes that
/// fit the file's encoding nowhere come through as U+FFFD (or as they are), so that the cell which holds them is named.
/// Reads forward once; holds at most one window.
/// </summary>
internal sealed class RegistryText(Stream source, string file) : Stream
{
    /// <summary>256 MB: a million rows and more.</summary>
    public const long BytesMax = 256L << 20;

    private const int WindowBytes = 1 << 20;
    private const int BlockBytes = 64 << 10;

    private readonly MemoryStream _output = new();
    private byte[] _input = new byte[WindowBytes];
    private int _count;
    private bool _atEnd;
    private bool _begun;
    private Encoding _encoding = Encoding.NotKnown;

    private enum Encoding
    {
        NotKnown,
        Utf8,
        Gbk,
    }

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_output.Position == _output.Length && !(_atEnd && _count == 0))
        {
            _output.SetLength(0);
            await FillAsync(_encoding == Encoding.NotKnown ? WindowBytes : BlockBytes, cancellationToken);
            Judge();
            Pass();
            _output.Position = 0;
        }

        return _output.Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("reading waits for the network: use ReadAsync");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // The source is the caller's.
        _input = [];
        _output.Dispose();
        base.Dispose(disposing);
    }

    private async Task FillAsync(int wanted, CancellationToken cancellationToken)
    {
        while (_count < wanted && !_atEnd)
        {
            var read = await source.ReadAsync(_input.AsMemory(_count, wanted - _count), cancellationToken);
            _atEnd = read == 0;
            _count += read;
            BytesRead += read;
            if (BytesRead > BytesMax)
            {
                throw new RefusedException(RegistryRefusals.FileTooLarge(file, BytesMax));
            }
        }

        if (!_begun)
        {
            _begun = true;
            RefuseWhatIsNoText(_input.AsSpan(0, _count));
        }
    }

    private void RefuseWhatIsNoText(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, BlockBytes)];
        if (start.IndexOfAnyExcept(" \r\n\t\uFEFF"u8) < 0)
        {
            throw new RefusedException(RegistryRefusals.FileEmpty(file));
        }

        var zeros = start.Count((byte)0);
        var isUtf16 = start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            || (zeros > 0 && zeros * 4 >= start.Length && zeros * 4 <= start.Length * 3);
        if (isUtf16)
        {
            throw new RefusedException(RegistryRefusals.FileIsUtf16(file));
        }

        if (zeros > 0)
        {
            throw new RefusedException(RegistryRefusals.FileIsNoText(file));
        }
    }

    private void Judge()
    {
        if (_encoding != Encoding.NotKnown)
        {
            return;
        }

        var (utf8, gbk) = (0, 0);
        foreach (var line in WholeLines().Split((byte)'\n'))
        {
            var bytes = WholeLines()[line];
            if (bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF))
            {
                if (Utf8.IsValid(bytes))
                {
                    utf8++;
                }
                else if (GbkText.IsValid(bytes))
                {
                    gbk++;
                }
            }
        }

        if (utf8 + gbk > 0)
        {
            _encoding = gbk > utf8 ? Encoding.Gbk : Encoding.Utf8;
        }
        else if (WholeLines().ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            _encoding = Encoding.Utf8;
        }
    }

    /// <summary>All there is, up to the last line break; a line without an end in a whole window is judged as it is.</summary>
    private ReadOnlySpan<byte> WholeLines()
    {
        var all = _input.AsSpan(0, _count);
        var lastBreak = all.LastIndexOf((byte)'\n');
        return _atEnd || lastBreak < 0 ? all : all[..(lastBreak + 1)];
    }

    private void Pass()
    {
        var ready = _encoding == Encoding.NotKnown ? WholeLines() : _input.AsSpan(0, _count);
        var taken = ready.Length;
        if (_encoding == Encoding.Gbk)
        {
            taken = GbkText.AppendUtf8(ready, _atEnd, _output);
        }
        else
        {
            _output.Write(ready);
        }

        _input.AsSpan(taken, _count - taken).CopyTo(_input);
        _count -= taken;
    }
}
