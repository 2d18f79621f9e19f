using Acquiring.Backend.Platform;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>How clearing files are taken in.</summary>
/// <param name="LinesPerChunk">Lines in one transaction. A file may be finished with another number than it was begun with.</param>
public sealed record IngestOptions(int LinesPerChunk = IngestOptions.LinesPerChunkDefault)
{
    /// <summary>
    /// So many that most terminals of a file are in each and the day sums of a chunk are few beside its rows, so few that an online
    /// notice waits a fraction of a second for the ingest lock and the chunks under way are some 100 MB.
    /// </summary>
    public const int LinesPerChunkDefault = 65_536;

    private const int LinesPerChunkMin = 100;

    /// <summary>More would only take memory: the rate is flat from a fourth of the default on (docs/decisions/0009).</summary>
    private const int LinesPerChunkMax = LinesPerChunkDefault;

    public static IngestOptions From(IConfiguration configuration) =>
        new(NumberSetting.Read(configuration, "Ingest:LinesPerChunk", LinesPerChunkMin, LinesPerChunkMax, LinesPerChunkDefault));
}
