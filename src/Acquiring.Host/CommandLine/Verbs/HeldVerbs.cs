using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>held [list|resolve|repost]</c>: lines in suspense.</summary>
internal sealed class HeldVerbs(VerbRunner runner, Reading reading)
{
    private const string Open = "held";
    private const string AnyState = "all";

    private readonly Option<string?> _state = reading.WordOption(
        "--state", "STATE", "help.held.state", [Open, "posted", "dismissed", "withdrawn", AnyState]);

    private readonly Option<string?> _reason = reading.WordOption("--reason", "REASON", "help.held.reason", [
        "unknown-merchant", "unknown-terminal", "bound-to-another", "no-fee-plan", "sale-unknown", "exceeds-sale", "amount-differs",
    ]);

    private readonly Option<long?> _file = reading.NumberOption("--file-id", "ID", "help.held.file-id");

    private readonly Argument<long> _id = reading.NumberArgument("ID", "help.held-resolve.id");
    private readonly Option<bool> _dismiss = reading.Flag("--dismiss", "help.held-resolve.dismiss");
    private readonly Option<bool> _correct = reading.Flag("--correct", "help.held-resolve.correct");
    private readonly Option<string?> _merchantNo = reading.TextOption("--merchant-no", "NO", "help.held-resolve.merchant-no");
    private readonly Option<string?> _terminalNo = reading.TextOption("--terminal-no", "NO", "help.held-resolve.terminal-no");
    private readonly Option<string?> _note = reading.TextOption("--note", "TEXT", "help.held-resolve.note");

    private readonly Argument<long[]> _ids = new("ID")
    {
        HelpName = "ID",
        Arity = ArgumentArity.ZeroOrMore,
        Description = runner.Speech.Say("help.held-repost.ids"),
    };

    public Command Build()
    {
        var command = new Command("held", runner.Speech.Say("help.held")) { _state, _reason, _file };
        command.SetAction(ListAsync);
        command.Add(List());
        command.Add(Resolve());
        command.Add(Repost());
        return command;
    }

    private Command List()
    {
        var command = new Command("list", runner.Speech.Say("help.held-list")) { _state, _reason, _file };
        command.SetAction(ListAsync);
        return command;
    }

    private Command Resolve()
    {
        _note.Required = true;
        var command = new Command("resolve", runner.Speech.Say("help.held-resolve")) { _id, _dismiss, _correct, _merchantNo, _terminalNo, _note };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_dismiss) == result.GetValue(_correct))
            {
                result.AddError(runner.Speech.Say("usage.resolve-one-of"));
            }
            else if (result.GetValue(_correct) && result.GetResult(_merchantNo) is null && result.GetResult(_terminalNo) is null)
            {
                result.AddError(runner.Speech.Say("usage.correct-what"));
            }
        });
        command.SetAction(ResolveAsync);
        return command;
    }

    private Command Repost()
    {
        var command = new Command("repost", runner.Speech.Say("help.held-repost")) { _ids };
        command.SetAction(RepostAsync);
        return command;
    }

    private Task<int> ListAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var state = line.GetValue(_state) ?? Open;
        var isAllOpen = state == Open && line.GetValue(_reason) is null && line.GetValue(_file) is null;
        var filter = state == AnyState ? "held-lines?" : $"held-lines?state={Uri.EscapeDataString(state)}";
        if (line.GetValue(_reason) is { } reason)
        {
            filter += $"&reason={Uri.EscapeDataString(reason)}";
        }

        if (line.GetValue(_file) is { } file)
        {
            filter += $"&fileId={file}";
        }

        return runner.RunAsync(line, "held", async (client, token) =>
        {
            var rows = await client.AllAsync<JsonObject>(filter, token).ToListAsync(token);
            var lines = rows.Select(r => r.Deserialize<HeldLineAnswer>(PlatformJson.Options)!).ToList();
            return new Outcome(rows, console => HeldView.Show(console, runner.Speech, lines, isAllOpen));
        }, cancellationToken);
    }

    private Task<int> ResolveAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var id = line.GetValue(_id);
        var body = new JsonObject
        {
            ["action"] = line.GetValue(_dismiss) ? "dismiss" : "correct",
            ["merchantNo"] = line.GetValue(_merchantNo),
            ["terminalNo"] = line.GetValue(_terminalNo),
            ["note"] = line.GetValue(_note),
        };
        return runner.RunAsync(line, "held", async (client, token) =>
        {
            var answer = await client.PostAsync($"held-lines/{id}/resolution", body, token);
            var report = answer.Deserialize<RepostAnswer>(PlatformJson.Options)!;
            return new Outcome(answer, console => HeldView.ShowResolved(console, runner.Speech, id, report));
        }, cancellationToken);
    }

    private Task<int> RepostAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var ids = line.GetValue(_ids) ?? [];
        return runner.RunAsync(line, "held", async (client, token) =>
        {
            var body = new JsonObject();
            if (ids.Length > 0)
            {
                body["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
            }

            var answer = await client.PostAsync("held-lines/reposts", body, token);
            var report = answer.Deserialize<RepostAnswer>(PlatformJson.Options)!;
            return new Outcome(answer, console => HeldView.ShowReposted(console, runner.Speech, report));
        }, cancellationToken);
    }
}
