using System.CommandLine;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>volumes --from D --to D</c>: what each merchant took and paid, by date.</summary>
internal sealed class VolumesVerb(VerbRunner runner, Reading reading)
{
    private readonly Option<DateOnly?> _from = reading.DateOption("--from", "help.volumes.from");
    private readonly Option<DateOnly?> _to = reading.DateOption("--to", "help.volumes.to");
    private readonly Option<string?> _merchantNo = reading.TextOption("--merchant-no", "NO", "help.volumes.merchant-no");
    private readonly Option<bool> _byBusinessDate = reading.Flag("--by-business-date", "help.volumes.by-business-date");

    public Command Build()
    {
        _from.Required = true;
        var command = new Command("volumes", runner.Speech.Say("help.volumes")) { _from, _to, _merchantNo, _byBusinessDate };
        reading.InOrder(command, _from, _to);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var from = line.GetRequiredValue(_from)!.Value;
        var to = line.GetValue(_to) ?? from;
        var filter = $"volumes?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&by={(line.GetValue(_byBusinessDate) ? "businessDate" : "transactionDate")}";
        if (line.GetValue(_merchantNo) is { } merchantNo)
        {
            filter += $"&merchantNo={Uri.EscapeDataString(merchantNo)}";
        }

        return runner.RunAsync(line, "volumes", async (client, token) =>
        {
            var rows = await client.AllAsync<VolumeAnswer>(filter, token).ToListAsync(token);
            rows.Sort((a, b) => (StringComparer.Ordinal.Compare(a.MerchantNo, b.MerchantNo), a.Date.CompareTo(b.Date)) switch
            {
                (0, var byDate) => byDate,
                var (byMerchant, _) => byMerchant,
            });
            var json = rows.Select(r => new
            {
                r.MerchantNo,
                r.Date,
                r.Sales,
                r.Refunds,
                r.Reversals,
                GrossFen = r.Gross.AmountFen,
                RefundFen = r.Refund.AmountFen,
                NetFen = r.Net.AmountFen,
                FeeFen = r.Fee.AmountFen,
            }).ToList();
            return new Outcome(json, console => Show(console, rows, from, to));
        }, cancellationToken);
    }

    private void Show(Spectre.Console.IAnsiConsole console, List<VolumeAnswer> rows, DateOnly from, DateOnly to)
    {
        if (rows.Count == 0)
        {
            console.Line(runner.Speech.Say("volumes.none", new Detail("from", Figures.Day(from)), new Detail("to", Figures.Day(to))));
            return;
        }

        var table = Tables.Of(runner.Speech, "merchant", "date", "#sales", "#refunds", "#reversals", "#gross", "#refunded", "#net", "#fee");
        foreach (var r in rows)
        {
            table.Row(
                r.MerchantNo, Figures.Day(r.Date), Figures.Count(r.Sales), Figures.Count(r.Refunds), Figures.Count(r.Reversals),
                r.Gross.Yuan(), r.Refund.Yuan(), r.Net.Yuan(), r.Fee.Yuan());
        }

        table.Row(
            runner.Speech.Say("column.total"), "", Figures.Count(rows.Sum(r => r.Sales)), Figures.Count(rows.Sum(r => r.Refunds)),
            Figures.Count(rows.Sum(r => r.Reversals)), Figures.Yuan(rows.Sum(r => r.Gross.AmountFen)), Figures.Yuan(rows.Sum(r => r.Refund.AmountFen)),
            Figures.Yuan(rows.Sum(r => r.Net.AmountFen)), Figures.Yuan(rows.Sum(r => r.Fee.AmountFen)));
        console.Write(table);
    }
}
