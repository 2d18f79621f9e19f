using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Backend.Pricing.TimeMachine;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>reprice --from D --to D</c>: past days under another tariff or plan; the journal is only read.</summary>
internal sealed class RepriceVerb(VerbRunner runner, Reading reading)
{
    private const int AskAgainMilliseconds = 200;

    private readonly Option<DateOnly?> _from = reading.DateOption("--from", "help.reprice.from");
    private readonly Option<DateOnly?> _to = reading.DateOption("--to", "help.reprice.to");
    private readonly Option<long?> _tariff = reading.NumberOption("--tariff", "NUMBER", "help.reprice.tariff");
    private readonly Option<string?> _merchantNo = reading.TextOption("--merchant-no", "NO", "help.reprice.merchant-no");
    private readonly Option<bool> _byDate = reading.Flag("--by-date", "help.reprice.by-date");
    private readonly Option<string?> _only =
        reading.WordOption("--only", "WORD", "help.reprice.only", ["all", "changed", "negative", "suspect"]);
    private readonly PlanOptions _plan = new(reading, runner.Speech);

    public Command Build()
    {
        _from.Required = true;
        _to.Required = true;
        var command = new Command("reprice", runner.Speech.Say("help.reprice")) { _from, _to, _tariff, _merchantNo, _byDate, _only };
        _plan.AddTo(command, isNeeded: false);
        reading.InOrder(command, _from, _to);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken) =>
        runner.RunAsync(line, "reprice", async (client, token) =>
        {
            var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            var body = new JsonObject
            {
                ["repricingId"] = id,
                ["from"] = $"{line.GetRequiredValue(_from):yyyy-MM-dd}",
                ["to"] = $"{line.GetRequiredValue(_to):yyyy-MM-dd}",
                ["tariffId"] = line.GetValue(_tariff),
                ["terms"] = _plan.Read(line),
                ["byDate"] = line.GetValue(_byDate),
                ["merchantNo"] = line.GetValue(_merchantNo),
            };
            await client.PostAsync("repricings", body, token);
            var summary = await OperationProgress.ShowAsync(runner, "reprice", follow => EndedAsync(client, id, follow, token));
            var only = line.GetValue(_only) ?? "changed";
            var rows = await client.AllAsync<RepricedMerchantAnswer>($"repricings/{id}/merchants?only={only}", token).ToListAsync(token);
            return new Outcome(new { summary, merchants = rows }, console => Show(console, summary, rows, only));
        }, cancellationToken);

    private static async Task<RepricingSummary> EndedAsync(
        ApiClient client, Guid id, Action<OperationAnswer> follow, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = (await client.GetAsync($"operations/{id}", cancellationToken)).Deserialize<OperationAnswer>(PlatformJson.Options)!;
            follow(now);
            switch (now)
            {
                case { State: OperationState.Succeeded, Result: JsonElement result }:
                    return result.Deserialize<RepricingSummary>(PlatformJson.Options)!;
                case { State: OperationState.Failed, Problem: { } problem }:
                    throw new ApiProblemException(problem);
                case { State: OperationState.Cancelled }:
                    throw new OperationCanceledException(cancellationToken);
                default:
                    await Task.Delay(AskAgainMilliseconds, cancellationToken);
                    break;
            }
        }
    }

    private void Show(IAnsiConsole console, RepricingSummary summary, List<RepricedMerchantAnswer> rows, string only)
    {
        console.Line(runner.Speech.Say(
            "reprice.summary", new Detail("lines", Figures.Count(summary.Lines)), new Detail("seconds", $"{summary.ElapsedMs / 1000.0:F1}"),
            new Detail("rate", Figures.Count(summary.LinesPerSecond)), new Detail("merchants", Figures.Count(summary.Merchants)),
            new Detail("changed", Figures.Count(summary.Changed)), new Detail("negative", Figures.Count(summary.NegativeMargins)),
            new Detail("suspects", Figures.Count(summary.Suspects))));
        var table = Tables.Of(
            runner.Speech, "merchant", "mcc", "#sales", "#gross", "#fee-now", "#fee-then", "#margin-now", "#margin-then", "#difference",
            "~why");
        foreach (var r in rows)
        {
            table.Row(
                r.MerchantNo, r.Mcc, Figures.Count(r.Sales), r.Gross.Yuan(), r.Booked.Fee.Yuan(), r.Repriced.Fee.Yuan(), r.Booked.Margin.Yuan(),
                r.Repriced.Margin.Yuan(), r.Difference.Margin.Yuan(), r.Suspicion is { } s ? Suspicion(s) : "");
        }

        table.Row(
            runner.Speech.Say("column.total"), "", Figures.Count(summary.Sales), summary.Gross.Yuan(), summary.Booked.Fee.Yuan(),
            summary.Repriced.Fee.Yuan(), summary.Booked.Margin.Yuan(), summary.Repriced.Margin.Yuan(), summary.Difference.Margin.Yuan(), "");
        console.Write(table);
        if (rows.Count == 0)
        {
            console.Line(runner.Speech.Say(summary.Merchants == 0 ? "reprice.no-sales" : $"reprice.none-{only}"));
        }
    }

    private string Suspicion(SuspicionAnswer s) => runner.Speech.Say(
        "reprice.suspect", new Detail("codedAs", s.CodedAs), new Detail("suspected", s.SuspectedMcc), new Detail("evidence", string.Join(' ', s.Evidence)));
}
