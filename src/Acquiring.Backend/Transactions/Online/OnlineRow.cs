namespace Acquiring.Backend.Transactions.Online;

/// <summary>How a row of the journal or of suspense says that it came as an online notice: it has no file, and so no line.</summary>
internal static class OnlineRow
{
    public const int FileId = 0;

    private static readonly DateTimeOffset s_epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>In place of a line number: when it was posted, in seconds since 2000. Enough for 68 years.</summary>
    public static int LineNoOf(DateTimeOffset postedAt) => (int)(postedAt - s_epoch).TotalSeconds;

    /// <summary><c>null</c> for a row of a file.</summary>
    public static DateTimeOffset? PostedAt(int fileId, long lineNo) => fileId == FileId ? s_epoch.AddSeconds(lineNo) : null;
}
