using System.CommandLine;
using System.Globalization;
using Acquiring.Benchmarks.Bank;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks;

/// <summary><c>journal</c>: its options, and the exit code: 0 measured, 1 a figure of the product was wrong.</summary>
internal static class JournalCommand
{
    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON object to standard output instead of the table." };
        var lines = new Option<int>("--lines") { Description = "Lines of the measured file.", DefaultValueFactory = _ => 1_000_000 };
        var only = new Option<JournalPart?>("--only") { Description = "Measure this part alone; ratios of the others stay empty." };
        var growth = new Option<int[]>("--growth")
        {
            Description = "Journal sizes at which the cost is measured.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [100_000, 1_000_000, 10_000_000],
        };
        var growthLines = new Option<int>("--growth-lines")
        {
            Description = "Fresh lines measured at each journal size; fewer than --lines keeps a full run short.",
            DefaultValueFactory = _ => 500_000,
        };
        var format = new Option<string>("--format") { Description = "zm or csv (fen).", DefaultValueFactory = _ => "zm" };
        format.AcceptOnlyFromAmong("zm", "csv");
        var repeat = new Option<int>("--repeat") { Description = "Measure both sides this often and take the best of each.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<int>("--seconds") { Description = "Length of each time-boxed measurement.", DefaultValueFactory = _ => 10 };
        var returns = new Option<double>("--returns-percent")
        {
            Description = "Refunds, and likewise reversals, among the lines; each comes after its sale.",
            DefaultValueFactory = _ => 1,
        };
        var seed = new Option<int>("--seed") { Description = "Of the rows and their order.", DefaultValueFactory = _ => 20261120 };

        var command = new Command("journal", "Bulk, online and growth of the journal beside COPY, row inserts, state writes and pgbench.")
        {
            json, lines, only, growth, growthLines, format, repeat, seconds, returns, seed,
        };
        command.SetAction((line, cancellationToken) => RunAsync(
            new JournalOptions
            {
                Lines = Math.Max(1, line.GetValue(lines)),
                Only = line.GetValue(only),
                GrowthSizes = [.. line.GetValue(growth)!.Order()],
                GrowthLines = Math.Max(1, Math.Min(line.GetValue(growthLines), line.GetValue(lines))),
                Format = line.GetValue(format) == "csv" ? SampleFormat.CsvFen : SampleFormat.ZmUtf8,
                Repeat = Math.Max(1, line.GetValue(repeat)),
                Box = TimeSpan.FromSeconds(Math.Max(1, line.GetValue(seconds))),
                ReturnsShare = line.GetValue(returns) / 100,
                Seed = line.GetValue(seed),
            },
            line.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(JournalOptions options, bool json, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var report = new Report(options);
        try
        {
            await JournalBenchmark.RunAsync(options, report, cancellationToken);
        }
        catch (WrongFiguresException e)
        {
            await Console.Error.WriteLineAsync($"WRONG: {e.Message}");
            return 1;
        }

        await Console.Out.WriteAsync(json ? report.Json() : report.Table());
        return 0;
    }
}
