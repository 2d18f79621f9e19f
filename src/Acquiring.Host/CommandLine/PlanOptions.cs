using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;

namespace Acquiring.Host.CommandLine;

/// <summary>
/// A proposed plan on the command line: two card prices as options, or all of it as a JSON file in the form of the HTTP interface. What is
/// wrong with the prices themselves the host says.
/// </summary>
internal sealed class PlanOptions(Reading reading, Speech speech)
{
    private readonly Option<string?> _debit = reading.TextOption("--debit", "PERCENT", "help.plan.debit");
    private readonly Option<long?> _debitCap = reading.NumberOption("--debit-cap", "FEN", "help.plan.debit-cap");
    private readonly Option<string?> _credit = reading.TextOption("--credit", "PERCENT", "help.plan.credit");
    private readonly Option<long?> _creditCap = reading.NumberOption("--credit-cap", "FEN", "help.plan.credit-cap");
    private readonly Option<string?> _terms = reading.TextOption("--terms", "FILE", "help.plan.terms");

    /// <summary>Adds the options to a verb. Half a plan is an error of the line, as is none where one is needed.</summary>
    public void AddTo(Command command, bool isNeeded)
    {
        foreach (var option in (Option[])[_debit, _debitCap, _credit, _creditCap, _terms])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            var isFile = result.GetResult(_terms) is not null;
            var isDebit = result.GetResult(_debit) is not null;
            var isCredit = result.GetResult(_credit) is not null;
            var hasPrices = isDebit || isCredit || result.GetResult(_debitCap) is not null || result.GetResult(_creditCap) is not null;
            var error = isFile && hasPrices ? "usage.plan-twice"
                : hasPrices && !(isDebit && isCredit) ? "usage.plan-half"
                : isNeeded && !isFile && !hasPrices ? "usage.plan-missing"
                : null;
            if (error is not null)
            {
                result.AddError(speech.Say(error));
            }
        });
    }

    /// <returns><c>null</c> when no plan is proposed.</returns>
    /// <exception cref="RefusedException">The file cannot be read or is no JSON list.</exception>
    public JsonArray? Read(ParseResult line)
    {
        if (line.GetValue(_terms) is { } path)
        {
            return ReadFile(path);
        }

        var terms = new JsonArray();
        Add("debit", line.GetValue(_debit), line.GetValue(_debitCap));
        Add("credit", line.GetValue(_credit), line.GetValue(_creditCap));
        return terms.Count == 0 ? null : terms;

        void Add(string cardKind, string? percent, long? capFen)
        {
            if (percent is not null || capFen is not null)
            {
                terms.Add(new JsonObject
                {
                    ["payType"] = "card",
                    ["cardKind"] = cardKind,
                    ["steps"] = new JsonArray(new JsonObject { ["ratePercent"] = percent, ["capFen"] = capFen }),
                });
            }
        }
    }

    private static JsonArray ReadFile(string path)
    {
        LocalFiles.Check(path);
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonArray terms)
            {
                return terms;
            }
        }
        catch (JsonException)
        {
            // Told below, with the cure.
        }

        throw new RefusedException(Refusal.Of(RefusalKind.Invalid, "plan.file-no-terms", new Detail("file", path)));
    }
}
