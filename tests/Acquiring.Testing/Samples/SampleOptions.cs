namespace Acquiring.Testing.Samples;

/// <summary>How a clearing file is written. Dialect and encoding are the file's own affair: nothing else may depend on them.</summary>
public enum SampleFormat
{
    CsvFen,
    CsvYuan,
    CsvFenGbk,
    ZmUtf8,
    ZmGbk,
}

/// <summary>What a generated bank looks like. The same options always give the same bytes.</summary>
public sealed record SampleOptions
{
    public int Seed { get; init; } = 1;

    public DateOnly FirstDate { get; init; } = new(2026, 11, 14);

    public int Dates { get; init; } = 7;

    public int Merchants { get; init; } = 60;

    public int Terminals { get; init; } = 90;

    /// <summary>Sales a date; refunds, reversals and the oddities come on top.</summary>
    public int SalesPerDate { get; init; } = 400;

    /// <summary>Taken in turn, one a date.</summary>
    public IReadOnlyList<SampleFormat> Formats { get; init; } =
    [
        SampleFormat.CsvFen, SampleFormat.CsvYuan, SampleFormat.ZmUtf8, SampleFormat.ZmUtf8,
        SampleFormat.ZmUtf8, SampleFormat.ZmGbk, SampleFormat.ZmUtf8,
    ];

    /// <summary>Repeated, foreign, cut and garbage lines, wrong declared fees and full card numbers.</summary>
    public bool Anomalies { get; init; } = true;

    /// <summary>Sales and refunds only in date order need none of this; off gives plain files for control totals.</summary>
    public bool Refunds { get; init; } = true;

    /// <summary>Some sales arrive a date after the line that reverses them.</summary>
    public bool LateSales { get; init; }

    /// <summary>One refund of more than was sold, each date: held for good.</summary>
    public bool OversizedRefunds { get; init; }

    /// <summary>A STAN used again in a second batch of the same terminal and date; only CSV can tell.</summary>
    public bool SecondBatches { get; init; }

    /// <summary>Chinese text inside the fixed-width lines: widths count bytes, so GBK and UTF-8 differ.</summary>
    public bool SubMerchantNames { get; init; }

    /// <summary>Where each terminal's trace numbers begin; 999,990 makes them wrap within the set.</summary>
    public int FirstStan { get; init; } = 1;

    /// <summary>Dates whose file never came.</summary>
    public IReadOnlyList<DateOnly> MissingDates { get; init; } = [];
}
