using System.Diagnostics;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Size;

/// <summary>A year's file in one piece: bounded memory, and a rate that the command itself tells.</summary>
public sealed class LargeFileTests(ITestOutputHelper output)
{
    private static readonly DateOnly Date = new(2026, 11, 14);

    [Theory]
    [InlineData(SampleFormat.CsvFen)]
    [InlineData(SampleFormat.ZmUtf8)]
    public async Task A_large_file_is_ingested_in_bounded_memory(SampleFormat format)
    {
        var lines = AcquiringProgram.InFull ? 1_000_000 : format == SampleFormat.CsvFen ? 100_000 : 20_000;
        var set = SampleSet.Generate(new SampleOptions { Seed = 81, Merchants = 300, Terminals = 500, Dates = 0 });
        await using var site = new Site();
        await site.ImportAsync(set);
        var path = Path.Combine(site.Input, format == SampleFormat.CsvFen ? "large_20261114.csv" : "ZM_20261114.txt");
        var expected = LargeFile.Write(path, set.Registry, Date, format, lines - 1);

        var memory = new ResidentMemory();
        var began = Stopwatch.GetTimestamp();
        var answer = await AcquiringProgram.RunAsync(site.For("ingest", path), memory.Watch, TimeSpan.FromMinutes(10));

        Site.Outcomes(answer).ShouldBe([expected]);
        var rate = answer.Json[0].GetProperty("linesPerSecond").GetInt64();
        output.WriteLine(
            $"{lines:N0} lines of {format}: {rate:N0} lines/s, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s in all, "
            + $"{memory.PeakBytes / 1024 / 1024} MB resident at most");
        memory.PeakBytes.ShouldBeInRange(1, 400L * 1024 * 1024);
        rate.ShouldBePositive();
        await site.BooksShouldBeTrueAsync();
    }
}
