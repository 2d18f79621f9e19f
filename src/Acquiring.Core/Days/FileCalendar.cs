namespace Acquiring.Core.Days;

/// <summary>How far a clearing file has come.</summary>
public enum FileProgress
{
    /// <summary>Begun and not (yet) read to its end.</summary>
    Reading,

    /// <summary>Read to its end, malformed lines or not.</summary>
    Complete,

    /// <summary>Undone: as if it had never been sent.</summary>
    Withdrawn,
}

/// <summary>One clearing file as a business date sees it. A channel is a source of files; a format is none.</summary>
public sealed record DatedFile(string Channel, DateOnly BusinessDate, FileProgress Progress);

/// <summary>An expected file that is not there.</summary>
public sealed record MissingFile(DateOnly BusinessDate, string Channel)
{
    public override string ToString() => $"{BusinessDate:yyyy-MM-dd} ({Channel})";
}

/// <summary>
/// Which business dates have the files they expect (domain §2). Each channel sends one file a date from its earliest business date on,
/// in whatever order they arrive; the dates before are covered by the registry. A pure function of the list of files.
/// </summary>
public sealed class FileCalendar
{
    private readonly SortedDictionary<string, DateOnly> _startOfChannel = new(StringComparer.Ordinal);
    private readonly HashSet<(string Channel, DateOnly Date)> _complete = [];

    public FileCalendar(IEnumerable<DatedFile> files)
    {
        foreach (var file in files)
        {
            if (file.Progress == FileProgress.Withdrawn)
            {
                continue;
            }

            EndsOn = EndsOn is { } end && end > file.BusinessDate ? end : file.BusinessDate;
            if (!_startOfChannel.TryGetValue(file.Channel, out var start) || file.BusinessDate < start)
            {
                _startOfChannel[file.Channel] = file.BusinessDate;
            }

            if (file.Progress == FileProgress.Complete)
            {
                _complete.Add((file.Channel, file.BusinessDate));
            }
        }
    }

    /// <summary>The first date on which any file is expected; <c>null</c> before the first file.</summary>
    public DateOnly? StartsOn => _startOfChannel.Count == 0 ? null : _startOfChannel.Values.Min();

    /// <summary>The last date that any file was sent for; <c>null</c> before the first file.</summary>
    public DateOnly? EndsOn { get; }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<string> ChannelsExpectedOn(DateOnly date) => [.. _startOfChannel.Where(c => c.Value <= date).Select(c => c.Key)];

    public bool Has(string channel, DateOnly date) => _complete.Contains((channel, date));

    public IReadOnlyList<MissingFile> MissingOn(DateOnly date) =>
        [.. _startOfChannel.Where(c => c.Value <= date && !Has(c.Key, date)).Select(c => new MissingFile(date, c.Key))];

    /// <summary>A date on which nothing is expected is complete.</summary>
    public bool IsComplete(DateOnly date)
    {
        foreach (var (channel, start) in _startOfChannel)
        {
            if (start <= date && !Has(channel, date))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The dates up to and with <paramref name="on"/> over which no idle clock advances, in order.</summary>
    public IReadOnlyList<DateOnly> IncompleteThrough(DateOnly on)
    {
        var dates = new List<DateOnly>();
        if (StartsOn is { } start)
        {
            for (var date = start; date <= on; date = date.AddDays(1))
            {
                if (!IsComplete(date))
                {
                    dates.Add(date);
                }
            }
        }

        return dates;
    }
}
