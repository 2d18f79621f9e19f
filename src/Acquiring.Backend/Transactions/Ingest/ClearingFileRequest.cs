namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>A file as it was handed in.</summary>
/// <param name="BusinessDate">The file's business date; <c>null</c> takes the eight digits in its name.</param>
/// <param name="DeclaredLines">Control total: lines that are not header and not empty.</param>
/// <param name="DeclaredGrossFen">Control total: the amounts of the sales.</param>
public sealed record ClearingFileRequest(
    string FileName, string Channel, DateOnly? BusinessDate, long? DeclaredLines, long? DeclaredGrossFen, string Actor)
{
    /// <summary>Where files come from when nobody says otherwise. A format is not a channel.</summary>
    public const string DefaultChannel = "default";

    public bool HasTotals => DeclaredLines is not null || DeclaredGrossFen is not null;

    public const int FileNameLengthMax = 200;
    public const int ChannelLengthMax = 40;
}
