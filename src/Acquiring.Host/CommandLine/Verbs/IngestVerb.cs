using System.CommandLine;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>ingest FILE...</c>: reads clearing files, one after the other, in the order given.</summary>
internal sealed class IngestVerb(VerbRunner runner, Reading reading)
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
        Description = runner.Speech.Say("help.ingest.files"),
    };

    private readonly Option<DateOnly?> _date = reading.DateOption("--date", "help.ingest.date");
    private readonly Option<string?> _channel = reading.TextOption("--channel", "NAME", "help.ingest.channel");
    private readonly Option<long?> _lines = reading.NumberOption("--lines", "N", "help.ingest.lines");
    private readonly Option<long?> _grossFen = reading.NumberOption("--gross-fen", "N", "help.ingest.gross-fen");

    public Command Build()
    {
        var command = new Command("ingest", runner.Speech.Say("help.ingest")) { _files, _date, _channel, _lines, _grossFen };
        command.Validators.Add(result =>
        {
            // A control total speaks of one file.
            if (result.GetResult(_files)?.Tokens.Count > 1 && (result.GetResult(_lines) is not null || result.GetResult(_grossFen) is not null))
            {
                result.AddError(runner.Speech.Say("usage.totals-of-one-file"));
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var files = line.GetRequiredValue(_files);
        // Kept here, so that what was answered is not sent again when the host goes away under a later file.
        var done = new List<IngestedFile>();
        return runner.RunAsync(line, "ingest", async (client, token) =>
        {
            await IngestProgress.ShowAsync(runner, async follow =>
            {
                while (done.Count < files.Length)
                {
                    done.Add(await OneAsync(client, line, files[done.Count], follow, token));
                }
            });
            var json = new JsonArray([.. done.Select(f => f.ToJson())]);
            var exitCode = done.Exists(f => f.Answer is null) ? Exit.Refused : Exit.Done;
            return new Outcome(json, console => IngestView.Show(console, runner.Speech, done), exitCode);
        }, cancellationToken);
    }

    private async Task<IngestedFile> OneAsync(
        ApiClient client, ParseResult line, string path, Func<string, Action<UploadProgress>?> follow, CancellationToken cancellationToken)
    {
        var request = new ClearingUploadRequest(
            path, line.GetValue(_date), line.GetValue(_channel), line.GetValue(_lines), line.GetValue(_grossFen));
        try
        {
            var answer = await ClearingUpload.SendAsync(client, request, runner.Shell.Clock, follow(path), cancellationToken);
            return new IngestedFile(path, answer, null);
        }
        catch (ApiProblemException e)
        {
            return Refused(path, e.Document);
        }
        catch (RefusedException e)
        {
            return Refused(path, runner.DocumentOf(e.Refusal));
        }
    }

    private IngestedFile Refused(string path, JsonObject problem)
    {
        var text = (string?)problem["detail"] ?? "";
        // Some texts begin with the file; once is enough.
        runner.Notice(text.StartsWith(path, StringComparison.Ordinal)
            ? text
            : runner.Speech.Say("ingest.refused", new Detail("file", path), new Detail("text", text)));
        return new IngestedFile(path, null, problem);
    }
}

/// <summary>What became of one file named on the line: the host's answer, or why there is none.</summary>
internal sealed record IngestedFile(string Path, ClearingFileAnswer? Answer, JsonObject? Problem)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public JsonObject ToJson()
    {
        if (Answer is not { } a)
        {
            return new JsonObject
            {
                ["file"] = Name,
                ["path"] = Path,
                ["error"] = new JsonObject { ["code"] = Problem!["code"]?.DeepClone(), ["text"] = Problem["detail"]?.DeepClone() },
            };
        }

        return new JsonObject
        {
            ["file"] = a.File,
            ["path"] = Path,
            ["fileId"] = a.FileId,
            ["businessDate"] = Figures.Day(a.BusinessDate),
            ["format"] = a.Format,
            ["state"] = a.State,
            ["complete"] = a.State == "complete",
            ["lines"] = a.Lines,
            ["posted"] = a.Posted,
            ["duplicates"] = a.Duplicates,
            ["held"] = a.Held,
            ["malformed"] = a.Malformed,
            ["sales"] = a.Sales,
            ["refunds"] = a.Refunds,
            ["reversals"] = a.Reversals,
            ["grossFen"] = a.Gross.AmountFen,
            ["refundFen"] = a.Refund.AmountFen,
            ["feeFen"] = a.Fee.AmountFen,
            ["feeDifferences"] = a.FeeDifferences,
            ["released"] = a.Released,
            ["resumed"] = a.Resumed,
            ["bytes"] = a.Bytes,
            ["elapsedMs"] = a.ElapsedMs,
            ["linesPerSecond"] = a.LinesPerSecond,
            ["malformedLines"] = System.Text.Json.JsonSerializer.SerializeToNode(a.MalformedLines ?? [], PlatformJson.Options),
        };
    }
}
