namespace Acquiring.Benchmarks;

/// <summary>Names of the measured rates; lines, rows, writes or requests a second.</summary>
internal static class Figures
{
    public const string Copy = "copyRows";
    public const string RowInserts = "rowInserts";
    public const string StateWrites = "stateWrites";
    public const string PgBench = "pgbenchInserts";
    public const string BulkFresh = "bulkFreshLines";
    public const string BulkDuplicates = "bulkDuplicateLines";
    public const string Online = "onlinePosts";
    public const string OnlineP50 = "onlineP50Ms";
    public const string OnlineP99 = "onlineP99Ms";
    public const string Ndjson = "ndjsonLines";

    public static string BulkAt(int journalRows) => $"bulkLinesAt{journalRows}";
}

/// <summary>One of our rates over one of the same run that it is judged by; empty where either was not measured.</summary>
internal sealed record Ratio(string Name, string Aim, Func<JournalOptions, string> Ours, Func<JournalOptions, string> Theirs)
{
    public static readonly IReadOnlyList<Ratio> All =
    [
        Of("bulkToCopy", "0.6 or more", Figures.BulkFresh, Figures.Copy),
        Of("bulkToRowInserts", "8 or more", Figures.BulkFresh, Figures.RowInserts),
        Of("bulkToStateWrites", "20 or more", Figures.BulkFresh, Figures.StateWrites),
        new("bulkLargeToSmall", "0.8 or more", o => Figures.BulkAt(o.GrowthSizes[^1]), o => Figures.BulkAt(o.GrowthSizes[0])),
        Of("onlineToPgbench", "0.5 or more", Figures.Online, Figures.PgBench),
        Of("ndjsonToCopy", "0.3 or more", Figures.Ndjson, Figures.Copy),
        Of("duplicatesToFresh", "1 or more", Figures.BulkDuplicates, Figures.BulkFresh),
    ];

    public double? Of(Report report, JournalOptions options) => report.Best(Ours(options)) / report.Best(Theirs(options));

    private static Ratio Of(string name, string aim, string ours, string theirs) => new(name, aim, _ => ours, _ => theirs);
}
