using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Ingest;

internal readonly record struct MalformedLine(int LineNo, LineFault Fault);

/// <summary>The lines of one chunk, read and checked by the pure core; nothing of the database yet.</summary>
internal sealed record IngestChunk
{
    public required int FirstLine { get; init; }

    public required int LineCount { get; init; }

    public required long Bytes { get; init; }

    public required byte[] Sha256 { get; init; }

    public required IReadOnlyList<Candidate> Candidates { get; init; }

    public required IReadOnlyList<MalformedLine> Malformed { get; init; }

    /// <summary>The dates of the readable lines, in order.</summary>
    public required IReadOnlyList<DateOnly> TransactionDates { get; init; }

    /// <summary>Sale amounts of all readable lines: what a control total counts.</summary>
    public required long ReadGrossFen { get; init; }

    public static IngestChunk Read(
        FileLines file, int lineCount, ClearingFormat format, DateOnly businessDate, int fileId, CardReferences cardReferences)
    {
        var candidates = new List<Candidate>(lineCount);
        var malformed = new List<MalformedLine>();
        var dates = new SortedSet<DateOnly>();
        var lastDate = default(DateOnly);
        long bytes = 0;
        long readGrossFen = 0;
        for (var i = 0; i < lineCount; i++)
        {
            var place = file.Lines[i];
            bytes += place.FullBytes;
            LineFault? fault;
            if (place.IsTooLong)
            {
                fault = LineFaults.TooLong(place.FullBytes);
            }
            else if (format.TryRead(file[place], businessDate, out var line, out fault))
            {
                readGrossFen += line.Kind == TransactionKind.Sale ? line.AmountFen : 0;
                if (line.TransactionDate != lastDate)
                {
                    dates.Add(lastDate = line.TransactionDate);
                }

                candidates.Add(new Candidate(line, fileId, place.LineNo, businessDate)
                {
                    CardReference = line.FullCardNumber is { } number ? cardReferences.Of(number) : null,
                });
                continue;
            }

            malformed.Add(new MalformedLine(place.LineNo, fault!));
        }

        return new IngestChunk
        {
            FirstLine = file.Lines[0].LineNo,
            LineCount = lineCount,
            Bytes = bytes,
            Sha256 = file.DigestOf(lineCount),
            Candidates = candidates,
            Malformed = malformed,
            TransactionDates = [.. dates],
            ReadGrossFen = readGrossFen,
        };
    }
}
