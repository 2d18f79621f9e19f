using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>withdraw FILE</c>: undoes a wrong file by reversing rows. The file is named by its path, its name or its number.</summary>
internal sealed class WithdrawVerb(VerbRunner runner, Reading reading)
{
    private const string Withdrawn = "withdrawn";
    private const int NamedMax = 20;

    private readonly Argument<string> _file = new("FILE") { HelpName = "FILE", Description = runner.Speech.Say("help.withdraw.file") };
    private readonly Option<string?> _reason = reading.TextOption("--reason", "TEXT", "help.withdraw.reason");

    public Command Build()
    {
        var command = new Command("withdraw", runner.Speech.Say("help.withdraw")) { _file, _reason };
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var named = line.GetRequiredValue(_file);
        var body = new JsonObject { ["reason"] = line.GetValue(_reason) ?? "" };
        return runner.RunAsync(line, "withdraw", async (client, token) =>
        {
            var fileId = await FindAsync(client, named, token);
            var answer = await client.PostAsync($"clearing-files/{fileId}/withdrawal", body, token);
            var report = answer.Deserialize<WithdrawalAnswer>(PlatformJson.Options)!;
            var isExpected = !report.AlreadyWithdrawn && await IsExpectedAsync(client, report.BusinessDate, token);
            return new Outcome(answer, console => WithdrawView.Show(console, runner.Speech, report, isExpected));
        }, cancellationToken);
    }

    private static async Task<long> FindAsync(ApiClient client, string named, CancellationToken cancellationToken)
    {
        if (!File.Exists(named) && long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        var filter = File.Exists(named)
            ? $"clearing-files?sha256={await DigestAsync(named, cancellationToken)}"
            : $"clearing-files?name={Uri.EscapeDataString(named)}";
        var found = await client.AllAsync<JsonObject>(filter, cancellationToken).ToListAsync(cancellationToken);
        // A file sent again is its original once more: nothing of its own could be undone.
        var originals = found.Where(f => f["repeatOf"] is null).ToList();
        var open = originals.Where(f => (string?)f["state"] != Withdrawn).ToList();
        // Withdrawing what is withdrawn changes nothing, so a repeated command says the same again.
        var candidates = open.Count > 0 ? open : (originals.Count > 0 ? originals : found).TakeLast(1).ToList();
        return candidates switch
        {
            [] => throw new RefusedException(Refusal.Of(RefusalKind.NotFound, "withdraw.unknown-file", new Detail("file", named))),
            [var one] => (long)one["fileId"]!,
            _ => throw new RefusedException(Refusal.Of(
                RefusalKind.Conflict, "withdraw.ambiguous", new Detail("file", named), new Detail("files", Names(candidates)))),
        };
    }

    /// <summary>Another file of the date may still be there, or none was ever expected.</summary>
    private static async Task<bool> IsExpectedAsync(ApiClient client, DateOnly businessDate, CancellationToken cancellationToken)
    {
        var day = await client.GetAsync($"business-days/{businessDate:yyyy-MM-dd}", cancellationToken);
        return (bool?)day["complete"] == false;
    }

    private static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        LocalFiles.Check(path);
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private static string Names(List<JsonObject> files) =>
        string.Join("; ", files.Take(NamedMax).Select(f => $"{f["fileId"]} ({f["file"]}, {f["businessDate"]}, {f["state"]})"));
}
