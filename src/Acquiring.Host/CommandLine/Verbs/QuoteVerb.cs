using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing.Quotes;
using Acquiring.Core.Refusals;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>quote MERCHANT-NO</c>: what a proposed plan would have brought over the merchant's own last 12 months.</summary>
internal sealed class QuoteVerb(VerbRunner runner, Reading reading)
{
    private readonly Argument<string> _merchantNo = new("MERCHANT-NO") { Description = runner.Speech.Say("help.quote.merchant-no") };
    private readonly PlanOptions _plan = new(reading, runner.Speech);

    public Command Build()
    {
        var command = new Command("quote", runner.Speech.Say("help.quote")) { _merchantNo };
        _plan.AddTo(command, isNeeded: true);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken) =>
        runner.RunAsync(line, "quote", async (client, token) =>
        {
            var body = new JsonObject { ["terms"] = _plan.Read(line) };
            var json = await client.PostAsync($"merchants/{Uri.EscapeDataString(line.GetRequiredValue(_merchantNo))}/fee-plan-quotes", body, token);
            var quote = json.Deserialize<QuoteAnswer>(PlatformJson.Options)!;
            return new Outcome(json, console => Show(console, quote));
        }, cancellationToken);

    private void Show(IAnsiConsole console, QuoteAnswer quote)
    {
        console.Line(runner.Speech.Say(
            "quote.head", new Detail("merchantNo", quote.MerchantNo), new Detail("from", Figures.Day(quote.From)), new Detail("to", Figures.Day(quote.To))));
        var table = Tables.Of(
            runner.Speech, "month", "#sales", "#gross", "#fee-now", "#fee-then", "#cost", "#margin-now", "#margin-then");
        foreach (var month in quote.Months)
        {
            Row($"{month.Month:yyyy-MM}", month.Sums);
        }

        Row(runner.Speech.Say("column.total"), quote.Sums);
        console.Write(table);
        foreach (var warning in quote.Warnings)
        {
            console.Line(warning.Text);
        }

        void Row(string title, QuoteSums s) => table.Row(
            title, Figures.Count(s.Sales), s.Gross.Yuan(), s.FeeNow.Yuan(), s.FeeThen.Yuan(), s.Cost.Yuan(), s.MarginNow.Yuan(), s.MarginThen.Yuan());
    }
}
