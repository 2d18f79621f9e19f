using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Acquiring.Benchmarks.IdlePolicies;

/// <param name="Changed">Merchants that something happens to in a night, whatever the fleet.</param>
internal sealed record PoliciesOptions(int Merchants, int Changed, int Seed);

/// <summary><c>policies</c>: what nights of the idle policies cost, beside a bare INSERT … SELECT of the verdicts they write.</summary>
internal static class PoliciesCommand
{
    public static Command Build()
    {
        var merchants = new Option<int>("--merchants") { Description = "Merchants; half as many terminals again.", DefaultValueFactory = _ => 100_000 };
        var changed = new Option<int>("--changed") { Description = "Merchants that something happens to in a night.", DefaultValueFactory = _ => 1_000 };
        var seed = new Option<int>("--seed") { Description = "Of the bank.", DefaultValueFactory = _ => 20261120 };
        var command = new Command("policies", "Nights of the idle policies beside a bare INSERT … SELECT of what they write.") { merchants, changed, seed };
        command.SetAction(async (line, cancellationToken) =>
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var bank = Math.Max(1_000, line.GetValue(merchants));
            var options = new PoliciesOptions(bank, Math.Clamp(line.GetValue(changed), 1, bank / 10), line.GetValue(seed));
            var (timings, terminals, peak) = await PoliciesBenchmark.RunAsync(options, cancellationToken);
            var text = new StringBuilder(
                $"Idle policies: {options.Merchants:N0} merchants, {terminals:N0} terminals, {Environment.ProcessorCount} processors shared with PostgreSQL, peak of the process {peak >> 20} MB\n\n");
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
