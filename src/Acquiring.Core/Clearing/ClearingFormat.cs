using System.Diagnostics.CodeAnalysis;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Clearing;

/// <summary>
/// How one clearing file is written. Immutable and without state between lines, so one instance reads a file from several places at once.
/// Reading is pure: the same bytes and business date always give the same line or the same fault.
/// </summary>
public abstract class ClearingFormat
{
    /// <summary>How much of a file's start recognition may need, so that garbage lines at its start do not hide its format.</summary>
    public const int HeadBytes = 256 * 1024;

    /// <summary>
    /// The longest line that is read, without its line end. The caller streams past a longer one and reports <see cref="LineFaults.TooLong"/>.
    /// </summary>
    public const int LineBytesMax = 4096;

    /// <summary>How many days a transaction may be older than the business date of its file.</summary>
    public const int LateDaysMax = 366;

    /// <summary><c>zm</c>, <c>csv-fen</c> or <c>csv-yuan</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Lines at the start that are header, not data.</summary>
    public abstract int HeaderLines { get; }

    /// <summary>Length of the byte order mark to skip, 0 or 3.</summary>
    public int BomBytes { get; protected init; }

    /// <summary>Recognises a file by its content, never by its name.</summary>
    /// <param name="head">The first <see cref="HeadBytes"/> bytes, or the whole file where it is shorter.</param>
    /// <param name="endOfFile">Says that <paramref name="head"/> is the whole file, so its last line is complete.</param>
    /// <returns>The format, or a refusal (<c>clearing.*</c>, invalid) that says what was expected.</returns>
    public static Result<ClearingFormat> Recognise(ReadOnlySpan<byte> head, bool endOfFile) => FormatRecognition.Of(head, endOfFile);

    /// <summary>Reads one line. Never throws on any input; exactly one of the two outcomes is set.</summary>
    /// <param name="bytes">One line without its line end; a carriage return left at its end is ignored.</param>
    /// <param name="businessDate">The file's business date: the latest date a line may have, and what gives a ZM line its year.</param>
    public bool TryRead(
        ReadOnlySpan<byte> bytes,
        DateOnly businessDate,
        [NotNullWhen(true)] out ClearingLine? line,
        [NotNullWhen(false)] out LineFault? fault)
    {
        if (bytes is [.., (byte)'\r'])
        {
            bytes = bytes[..^1];
        }

        line = null;
        fault = LineFaults.OfWholeLine(bytes) ?? Read(bytes, businessDate, out line);
        if (fault is not null)
        {
            line = null;
        }

        return line is not null;
    }

    /// <summary>Reads a line that is neither empty nor too long, without control characters, in UTF-8 or GBK.</summary>
    private protected abstract LineFault? Read(ReadOnlySpan<byte> bytes, DateOnly businessDate, out ClearingLine? line);
}
