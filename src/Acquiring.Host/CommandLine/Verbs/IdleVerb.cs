using System.CommandLine;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Acquiring.Host.Client;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>idle --on DATE</c>: the terminals idle on that date, each with the reason.</summary>
internal sealed class IdleVerb(VerbRunner runner, Reading reading)
{
    private readonly Option<DateOnly?> _on = reading.DateOption("--on", "help.idle.on");

    public Command Build()
    {
        var command = new Command("idle", runner.Speech.Say("help.idle")) { _on };
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var on = line.GetValue(_on) ?? BusinessTime.Today(runner.Shell.Clock);
        return runner.RunAsync(line, "idle", async (client, token) =>
        {
            var rows = await client.AllAsync<IdleTerminalAnswer>($"idle-terminals?on={on:yyyy-MM-dd}", token).ToListAsync(token);
            return new Outcome(rows, console =>
            {
                if (rows.Count == 0)
                {
                    console.Line(runner.Speech.Say("idle.none", new Detail("date", Figures.Day(on))));
                    return;
                }

                var table = Tables.Of(runner.Speech, "terminal", "merchant", "clock", "last-activity", "due-on", "~why");
                foreach (var row in rows)
                {
                    table.Row(
                        row.TerminalNo, row.MerchantNo ?? "-", runner.Speech.Say($"idle.clock.{row.Clock}"), Figures.Day(row.LastActivityOn),
                        Figures.Day(row.DueOn), row.Explanation);
                }

                console.Write(table);
                console.Line(runner.Speech.Say(
                    "idle.count", new Detail("count", Figures.Count(rows.Count)), new Detail("date", Figures.Day(on)),
                    new Detail("twelve", Figures.Count(rows.Count(r => r.Clock == "12m")))));
            });
        }, cancellationToken);
    }
}
