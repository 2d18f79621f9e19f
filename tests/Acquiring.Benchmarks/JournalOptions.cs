using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks;

internal enum JournalPart
{
    Bulk,
    Online,
    Growth,
}

/// <summary>What one run measures.</summary>
internal sealed record JournalOptions
{
    /// <summary>Business and transaction date of the measured file; the journal grows by earlier dates of its month.</summary>
    public static readonly DateOnly Date = new(2026, 11, 20);

    public required int Lines { get; init; }

    public required JournalPart? Only { get; init; }

    /// <summary>Ascending.</summary>
    public required IReadOnlyList<int> GrowthSizes { get; init; }

    public required int GrowthLines { get; init; }

    public required SampleFormat Format { get; init; }

    public required int Repeat { get; init; }

    /// <summary>Length of a measurement that has no end of its own.</summary>
    public required TimeSpan Box { get; init; }

    /// <summary>Refunds per line, and as many reversals.</summary>
    public required double ReturnsShare { get; init; }

    public required int Seed { get; init; }

    public string FormatName => Format == SampleFormat.CsvFen ? "csv (fen)" : "ZM";

    public bool Measures(JournalPart part) => Only is null || Only == part;
}
