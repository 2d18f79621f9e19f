using System.Security.Cryptography;
using Acquiring.Core.Clearing;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// The lines of a file as it streams in. Holds the lines of one chunk and no more, whatever the file's size; of a line longer than
/// <see cref="ClearingFormat.LineBytesMax"/> only the start is kept and the rest streams past. Lines of nothing but a line end carry
/// nothing and are not counted, but keep their number.
/// </summary>
internal sealed class FileLines(Stream stream, Action<long> progress) : IDisposable
{
    private const int ReadBytes = 256 * 1024;

    private readonly IncrementalHash _contentHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<FileLine> _lines = [];
    private byte[] _buffer = new byte[4 * ReadBytes];
    private int _lineStart;
    private int _scanned;
    private int _end;
    private int _lineNo;
    private long _skippedBytes = -1;

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    public bool AtEnd { get; private set; }

    /// <summary>Whether the file ends without a line end: whole, or cut inside its last line; only control totals can tell.</summary>
    public bool EndsOpen { get; private set; }

    /// <summary>The lines that were read and not consumed yet.</summary>
    public IReadOnlyList<FileLine> Lines => _lines;

    public ReadOnlySpan<byte> this[FileLine line] => _buffer.AsSpan(line.Offset, line.Length);

    /// <summary>The start of the file, for recognising its format; call before anything else.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (!AtEnd && _end < ClearingFormat.HeadBytes)
        {
            await ReadAsync(cancellationToken);
        }

        return _buffer.AsMemory(0, Math.Min(_end, ClearingFormat.HeadBytes));
    }

    public void SkipBytes(int count)
    {
        _lineStart += count;
        _scanned = Math.Max(_scanned, _lineStart);
    }

    /// <summary>Reads until that many lines are there, or the file ends. Returns whether any line is.</summary>
    public async Task<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_lines.Count < count)
        {
            if (TakeLine())
            {
                continue;
            }

            if (AtEnd)
            {
                TakeLastLine();
                break;
            }

            await ReadAsync(cancellationToken);
        }

        return _lines.Count > 0;
    }

    /// <summary>Forgets the first lines; the rest keep their place in order.</summary>
    public void Consume(int count)
    {
        _lines.RemoveRange(0, count);
        var keepFrom = _lines.Count > 0 ? _lines[0].Offset : _lineStart;
        if (keepFrom == 0)
        {
            return;
        }

        Buffer.BlockCopy(_buffer, keepFrom, _buffer, 0, _end - keepFrom);
        for (var i = 0; i < _lines.Count; i++)
        {
            _lines[i] = _lines[i] with { Offset = _lines[i].Offset - keepFrom };
        }

        _lineStart -= keepFrom;
        _scanned -= keepFrom;
        _end -= keepFrom;
    }

    /// <summary>Identifies the content of the first lines; the same bytes give the same digest however they were cut into chunks.</summary>
    public byte[] DigestOf(int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
        {
            hash.AppendData(this[_lines[i]]);
            hash.AppendData(BitConverter.GetBytes(_lines[i].FullBytes));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The digest of all bytes; call at the end.</summary>
    public byte[] ContentDigest() => _contentHash.GetCurrentHash();

    public void Dispose() => _contentHash.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Length - _end < ReadBytes)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end, ReadBytes), cancellationToken);
        if (read == 0)
        {
            AtEnd = true;
            return;
        }

        _contentHash.AppendData(_buffer, _end, read);
        Bytes += read;
        _end += read;
        progress(read);
    }

    private bool TakeLine()
    {
        var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (found < 0)
        {
            _scanned = _end;
            DropOverlongTail();
            return false;
        }

        var lineEnd = _scanned + found;
        Add(lineEnd);
        if (_skippedBytes >= 0)
        {
            // What was kept of the long line ends here; the newline stands after it.
            _skippedBytes = -1;
        }

        _lineStart = _scanned = lineEnd + 1;
        return true;
    }

    private void TakeLastLine()
    {
        if (_end > _lineStart)
        {
            var before = _lines.Count;
            Add(_end);
            EndsOpen = _lines.Count > before;
            _lineStart = _scanned = _end;
        }
    }

    private void Add(int lineEnd)
    {
        _lineNo++;
        var length = lineEnd - _lineStart;
        var content = length > 0 && _buffer[lineEnd - 1] == '\r' ? length - 1 : length;
        if (content == 0)
        {
            return;
        }

        var full = length + Math.Max(_skippedBytes, 0);
        var kept = Math.Min(content, ClearingFormat.LineBytesMax + 1);
        _lines.Add(new FileLine(_lineStart, kept, _lineNo, full));
    }

    /// <summary>While a line is longer than any line may be, what came of it beyond the limit is let go.</summary>
    private void DropOverlongTail()
    {
        var excess = _end - _lineStart - (ClearingFormat.LineBytesMax + 2);
        if (excess > 0)
        {
            _skippedBytes = Math.Max(_skippedBytes, 0) + excess;
            _end -= excess;
            _scanned = _end;
        }
    }
}

/// <summary>Where a line stands in the buffer, without its line end.</summary>
/// <param name="LineNo">Counted from 1, header and empty lines included, as an editor shows it.</param>
/// <param name="FullBytes">Its length in the file; more than <see cref="Length"/> when only its start was kept.</param>
internal readonly record struct FileLine(int Offset, int Length, int LineNo, long FullBytes)
{
    public bool IsTooLong => FullBytes > ClearingFormat.LineBytesMax + 1 || Length > ClearingFormat.LineBytesMax;
}
