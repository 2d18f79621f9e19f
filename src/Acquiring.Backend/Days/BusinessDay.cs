namespace Acquiring.Backend.Days;

/// <summary>A business date: what it expects, what it has, whether it is closed.</summary>
/// <param name="Complete">Every expected file has arrived whole; judged from the files known now.</param>
/// <param name="ClosedAt">When its own close ran; <c>null</c> for an open date and for one before the first close.</param>
/// <param name="Insisted">It was closed although a file was missing.</param>
/// <param name="Findings">How many idle verdicts changed at its close.</param>
public sealed record BusinessDay(
    DateOnly Date,
    bool Complete,
    bool Closed,
    DateTimeOffset? ClosedAt,
    bool Insisted,
    int Findings,
    IReadOnlyList<ChannelOfDay> Channels);

/// <param name="Expected">A channel expects one file a date from its first business date on.</param>
/// <param name="Had">Whether a complete file is there.</param>
public sealed record ChannelOfDay(string Channel, bool Expected, bool Had, IReadOnlyList<FileOfDay> Files);

/// <param name="State"><c>reading</c>, <c>complete</c> or <c>withdrawn</c>.</param>
public sealed record FileOfDay(int FileId, string File, string State);
