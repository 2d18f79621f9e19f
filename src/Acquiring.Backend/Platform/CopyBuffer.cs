using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Acquiring.Backend.Platform;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, written field by field into one buffer and sent as a whole. The driver's own importer looks
/// up a converter for each value, which costs more than the rest of a row; here a field is a length and a big-endian number.
/// </summary>
internal sealed class CopyBuffer : IDisposable
{
    private const int FirstBytes = 64 * 1024;
    private const int SendBytes = 256 * 1024;

    private static readonly DateOnly _dateZero = new(2000, 1, 1);
    private static readonly DateTime _timeZero = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _used;

    public CopyBuffer()
    {
        ReadOnlySpan<byte> header = [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(_bytes);
        _used = header.Length;
    }

    public int Rows { get; private set; }

    public void StartRow(short fields)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), fields);
        Rows++;
    }

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void SmallInt(short value)
    {
        var at = Take(6);
        BinaryPrimitives.WriteInt32BigEndian(at, 2);
        BinaryPrimitives.WriteInt16BigEndian(at[4..], value);
    }

    public void Integer(int value)
    {
        var at = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(at, 4);
        BinaryPrimitives.WriteInt32BigEndian(at[4..], value);
    }

    public void BigInt(long value)
    {
        var at = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(at, 8);
        BinaryPrimitives.WriteInt64BigEndian(at[4..], value);
    }

    public void Integer(int? value)
    {
        if (value is { } present)
        {
            Integer(present);
        }
        else
        {
            Null();
        }
    }

    public void BigInt(long? value)
    {
        if (value is { } present)
        {
            BigInt(present);
        }
        else
        {
            Null();
        }
    }

    public void Date(DateOnly value) => Integer(value.DayNumber - _dateZero.DayNumber);

    public void Date(DateOnly? value)
    {
        if (value is { } present)
        {
            Date(present);
        }
        else
        {
            Null();
        }
    }

    public void TimestampTz(DateTime utc) => BigInt((utc.Ticks - _timeZero.Ticks) / TimeSpan.TicksPerMicrosecond);

    public void TimestampTz(DateTime? utc)
    {
        if (utc is { } present)
        {
            TimestampTz(present);
        }
        else
        {
            Null();
        }
    }

    public void Text(string value)
    {
        // Room for the worst, so that the text is gone over once.
        var room = 4 + Encoding.UTF8.GetMaxByteCount(value.Length);
        var at = Take(room);
        var length = Encoding.UTF8.GetBytes(value, at[4..]);
        BinaryPrimitives.WriteInt32BigEndian(at, length);
        _used -= room - 4 - length;
    }

    public void Bytes(byte[]? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var at = Take(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(at, value.Length);
        value.CopyTo(at[4..]);
    }

    /// <summary>Sends all rows; <paramref name="copySql"/> is a <c>copy … from stdin (format binary)</c>. No rows send nothing.</summary>
    public async Task SendAsync(NpgsqlConnection connection, string copySql, CancellationToken cancellationToken)
    {
        if (Rows == 0)
        {
            return;
        }

        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        await using var stream = await connection.BeginRawBinaryCopyAsync(copySql, cancellationToken);
        for (var sent = 0; sent < _used; sent += SendBytes)
        {
            await stream.WriteAsync(_bytes.AsMemory(sent, Math.Min(SendBytes, _used - sent)), cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _used < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _used + count));
            _bytes.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        var span = _bytes.AsSpan(_used, count);
        _used += count;
        return span;
    }
}
