using System.Diagnostics;
using System.Text.Json;

namespace Acquiring.Acceptance.Benchmarks;

/// <summary>The benchmark itself must not rot: a tiny run of it, without a word about its rates.</summary>
public class MeasureTheJournal
{
    [Fact]
    public async Task A_tiny_run_measures_both_sides_and_finds_its_figures_right()
    {
        var here = AppContext.BaseDirectory;
        var dll = Path.Combine(here.Replace("Acquiring.Acceptance", "Acquiring.Benchmarks"), "Acquiring.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [dll, "journal", "--json", "--lines", "2000", "--merchants", "200", "--only", "bulk", "--seconds", "1"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(0, await error);
        using var json = JsonDocument.Parse(output);
        foreach (var ratio in (string[])["bulkToCopy", "bulkToRowInserts", "bulkToStateWrites", "duplicatesToFresh"])
        {
            json.RootElement.GetProperty(ratio).GetDouble().ShouldBeGreaterThan(0, ratio);
        }

        json.RootElement.GetProperty("onlineToPgbench").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
