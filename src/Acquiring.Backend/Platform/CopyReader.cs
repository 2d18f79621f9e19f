using System.Buffers.Binary;

namespace Acquiring.Backend.Platform;

/// <summary>
/// Reads rows of fixed-width fields out of PostgreSQL's binary COPY format, as they stream in: one buffer, whatever the number of rows.
/// The other direction of <see cref="CopyBuffer"/>, and for its reason: a converter looked up for each value costs more than the value.
/// </summary>
internal sealed class CopyReader(Stream stream)
{
    private const int HeaderBytes = 19;
    private const int FieldsMax = 32;
    private const int FieldBytesMax = 8;

    /// <summary>No row is longer, so a row is parsed without waiting once this much is there.</summary>
    private const int RowBytesMax = 2 + (FieldsMax * (4 + FieldBytesMax));

    private static readonly int s_dateZero = new DateOnly(2000, 1, 1).DayNumber;
    private static readonly DateTime s_timeZero = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly byte[] _bytes = new byte[256 * 1024];
    private int _at;
    private int _end;
    private bool _ended;
    private bool _begun;

    /// <summary>Moves to the next row; its fields are then read in order, each once.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        if (_end - _at < RowBytesMax && !_ended)
        {
            await FillAsync(cancellationToken);
        }

        if (!_begun)
        {
            _begun = true;
            _at += HeaderBytes;
        }

        var fields = BinaryPrimitives.ReadInt16BigEndian(Take(2));
        return fields >= 0;
    }

    public short SmallInt() => BinaryPrimitives.ReadInt16BigEndian(Field(2));

    public int Integer() => BinaryPrimitives.ReadInt32BigEndian(Field(4));

    public long BigInt() => BinaryPrimitives.ReadInt64BigEndian(Field(8));

    public DateOnly Date() => DateOnly.FromDayNumber(s_dateZero + Integer());

    public DateOnly? DateOrNull()
    {
        if (BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_at)) < 0)
        {
            _at += 4;
            return null;
        }

        return Date();
    }

    /// <summary>UTC.</summary>
    public DateTime Timestamp() => s_timeZero.AddTicks(BigInt() * TimeSpan.TicksPerMicrosecond);

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _bytes.AsSpan(_at, _end - _at).CopyTo(_bytes);
        (_at, _end) = (0, _end - _at);
        while (_end < _bytes.Length)
        {
            var read = await stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                _ended = true;
                return;
            }

            _end += read;
        }
    }

    private ReadOnlySpan<byte> Field(int bytes)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Take(4));
        return length == bytes ? Take(bytes) : throw new InvalidDataException($"a field of {length} bytes where {bytes} were expected");
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _end - _at)
        {
            throw new InvalidDataException("the rows end in the middle of one");
        }

        _at += bytes;
        return _bytes.AsSpan(_at - bytes, bytes);
    }
}
