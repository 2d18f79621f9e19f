using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Acquiring.Benchmarks.Idle;

/// <summary><c>idle</c>: what a close's sweep of the idle clocks costs, beside a bare INSERT … SELECT of its findings.</summary>
internal static class IdleCommand
{
    public static Command Build()
    {
        var terminals = new Option<int>("--terminals") { Description = "Machines of the fleet.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Of the bank.", DefaultValueFactory = _ => 20261120 };
        var command = new Command("idle", "Sweeps of the idle clocks beside a bare INSERT … SELECT of what they write.") { terminals, seed };
        command.SetAction(async (line, cancellationToken) =>
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var fleet = Math.Max(1_000, line.GetValue(terminals));
            var (timings, peak) = await IdleBenchmark.RunAsync(fleet, line.GetValue(seed), cancellationToken);
            var text = new StringBuilder($"Idle sweep: {fleet:N0} machines, {Environment.ProcessorCount} processors shared with PostgreSQL, peak of the process {peak >> 20} MB\n\n");
            text.Append($"{"",-36}{"rows",10}{"s",10}{"bare s",10}{"to bare",10}\n");
            foreach (var t in timings)
            {
                text.Append($"{t.Name,-36}{t.Rows,10:N0}{t.Seconds,10:N3}{t.BareSeconds,10:N3}{t.ToBare,10:N2}\n");
            }

            await Console.Out.WriteAsync(text.ToString());
            return 0;
        });
        return command;
    }
}
