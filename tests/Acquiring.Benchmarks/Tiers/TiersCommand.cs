using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Acquiring.Benchmarks.Tiers;

internal sealed record TiersOptions(int Merchants, int SalesDays, int Seed);

/// <summary><c>tiers</c>: what runs of the tiers cost, beside a bare INSERT … SELECT of what they write.</summary>
internal static class TiersCommand
{
    public static Command Build()
    {
        var merchants = new Option<int>("--merchants") { Description = "Merchants; half as many terminals again.", DefaultValueFactory = _ => 100_000 };
        var days = new Option<int>("--sales-days") { Description = "Days with sales of a merchant in three months, about.", DefaultValueFactory = _ => 12 };
        var seed = new Option<int>("--seed") { Description = "Of the bank.", DefaultValueFactory = _ => 20261120 };
        var command = new Command("tiers", "Runs of the tiers beside a bare INSERT … SELECT of what they write.") { merchants, days, seed };
        command.SetAction(async (line, cancellationToken) =>
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var options = new TiersOptions(Math.Max(100, line.GetValue(merchants)), Math.Clamp(line.GetValue(days), 1, 90), line.GetValue(seed));
            var (timings, peak) = await TiersBenchmark.RunAsync(options, cancellationToken);
            var text = new StringBuilder($"Tiers: {options.Merchants:N0} merchants, {Environment.ProcessorCount} processors shared with PostgreSQL, peak of the process {peak >> 20} MB\n\n");
            text.Append($"{"",-34}{"rows",10}{"s",10}{"bare s",10}{"to bare",10}\n");
            foreach (var t in timings)
            {
                text.Append($"{t.Name,-34}{t.Rows,10:N0}{t.Seconds,10:N3}{t.BareSeconds,10:N3}{t.ToBare,10:N2}\n");
            }

            await Console.Out.WriteAsync(text.ToString());
            return 0;
        });
        return command;
    }
}
