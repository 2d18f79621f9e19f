using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Clearing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>What a finished ingest says for its report.</summary>
/// <param name="Resumed">Whether the file had been begun before and was finished now.</param>
public sealed record IngestedFile(int FileId, bool Resumed, TimeSpan Elapsed);

/// <summary>
/// Takes a clearing file in as it streams: recognises it, skips what an interrupted run already committed, judges and writes the rest
/// chunk by chunk. One file at a time; another waits. Sent again, a finished file changes nothing; an unfinished one is finished.
/// </summary>
public sealed class ClearingIngest(
    NpgsqlDataSource database, RegistrySnapshots registries, CardReferences cardReferences, ChangeCounter changes, VolumeFolding folding,
    TimeProvider clock, IngestOptions options)
    : IDisposable
{
    private static readonly DateOnly BusinessDateMin = new(2000, 1, 1);
    private static readonly DateOnly BusinessDateMax = new(2099, 12, 31);

    /// <summary>The first chunk is small, each next one twice its size: nobody writes before the first is read.</summary>
    private const int FirstChunkPart = 8;

    private readonly SemaphoreSlim _oneFile = new(1);

    public void Dispose() => _oneFile.Dispose();

    /// <param name="begun">Called when the wait for other files is over.</param>
    /// <param name="progress">Bytes and lines since the last call.</param>
    public async Task<Result<IngestedFile>> RunAsync(
        ClearingFileRequest request, Stream body, Action begun, Action<long, long> progress, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refusal)
        {
            return refusal;
        }

        await _oneFile.WaitAsync(cancellationToken);
        try
        {
            begun();
            return await ReadAsync(request, body, progress, cancellationToken);
        }
        finally
        {
            _oneFile.Release();
        }
    }

    private static Refusal? Check(ClearingFileRequest request)
    {
        if (request.FileName.Length is 0 or > ClearingFileRequest.FileNameLengthMax)
        {
            return IngestRefusals.FileName(request.FileName.Length);
        }

        if (CardLikeText.Has(request.FileName) || CardLikeText.Has(request.Channel))
        {
            return TransactionRefusals.CardInText(CardLikeText.Has(request.FileName) ? "name" : "channel");
        }

        if (request.Channel.Length is 0 or > ClearingFileRequest.ChannelLengthMax)
        {
            return IngestRefusals.Channel();
        }

        if (request.DeclaredLines < 0 || request.DeclaredGrossFen < 0)
        {
            return IngestRefusals.NegativeTotal();
        }

        return (request.BusinessDate ?? ClearingFileName.BusinessDateIn(request.FileName)) switch
        {
            null => IngestRefusals.NoBusinessDate(request.FileName),
            { } date when date < BusinessDateMin || date > BusinessDateMax => IngestRefusals.BusinessDateRange(date),
            _ => null,
        };
    }

    private async Task<Result<IngestedFile>> ReadAsync(
        ClearingFileRequest request, Stream body, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var businessDate = request.BusinessDate ?? ClearingFileName.BusinessDateIn(request.FileName)!.Value;
        using var lines = new FileLines(body, bytes => progress(bytes, 0));
        var head = await lines.ReadHeadAsync(cancellationToken);
        if (!ClearingFormat.Recognise(head.Span, lines.AtEnd).Accepted(out var format, out var refusal))
        {
            return refusal;
        }

        lines.SkipBytes(format.BomBytes);
        if (format.HeaderLines > 0 && await lines.FillAsync(format.HeaderLines, cancellationToken))
        {
            lines.Consume(format.HeaderLines);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var resume = await FileResume.BeginAsync(connection, request, businessDate, format, lines, clock, cancellationToken);
        while (await lines.FillAsync(options.LinesPerChunk, cancellationToken)
            && await resume.SkipKnownChunkAsync(cancellationToken) is var known and > 0)
        {
            lines.Consume(known);
            progress(0, known);
        }

        await resume.EndAsync(cancellationToken);
        var (size, unfolded) = (Math.Max(1, options.LinesPerChunk / FirstChunkPart), 1);
        await using (var pipeline = await StartAsync())
        {
            while (await lines.FillAsync(size, cancellationToken))
            {
                // A last line without its end may be half a line: with totals declared it is taken only when they agree.
                var count = Math.Min(lines.Lines.Count, size);
                size = Math.Min(2 * size, options.LinesPerChunk);
                if (request.HasTotals && lines.EndsOpen && count == lines.Lines.Count && --count == 0)
                {
                    break;
                }

                await pipeline.AddAsync(Read(count), cancellationToken);
                lines.Consume(count);
            }

            unfolded += await pipeline.FinishAsync();
        }

        var last = lines.Lines.Count > 0 ? Read(lines.Lines.Count) : null;
        if (await ControlTotals.CheckAsync(connection, resume.FileId, request, last, lines.ContentDigest(), cancellationToken) is { } disagreement)
        {
            return disagreement;
        }

        if (last is not null)
        {
            await using var pipeline = await StartAsync();
            await pipeline.AddAsync(last, cancellationToken);
            unfolded += await pipeline.FinishAsync();
        }

        await ClearingFileStore.CompleteAsync(
            connection, resume.FileId, request, lines.ContentDigest(), lines.Bytes, clock.GetUtcNow().UtcDateTime, cancellationToken);
        changes.Advance();
        folding.Appended(unfolded);
        return new IngestedFile(resume.FileId, resume.Resumed, clock.GetElapsedTime(started));

        IngestChunk Read(int count) => IngestChunk.Read(lines, count, format, businessDate, resume.FileId, cardReferences);

        Task<ChunkPipeline> StartAsync() => ChunkPipeline.StartAsync(
            database, registries, changes, clock, new(resume.FileId, businessDate), resume.NextChunkNo,
            chunk => progress(0, chunk.LineCount), cancellationToken);
    }
}
