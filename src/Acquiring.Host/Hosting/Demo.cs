using System.Globalization;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine;
using Acquiring.Host.CommandLine.Verbs;
using Acquiring.Host.CommandLine.Views;

namespace Acquiring.Host.Hosting;

/// <summary><c>serve --demo</c>: a small made-up bank, its week of clearing files and their closes, in an empty database.</summary>
internal static class Demo
{
    public static async Task LoadAsync(RunningHost host, HostSettings settings, VerbRunner runner, CancellationToken cancellationToken)
    {
        var speech = runner.Speech;
        if (!await IsEmptyAsync(host, cancellationToken))
        {
            runner.Notice(speech.Say("demo.not-empty", new Detail("directory", settings.Data.Path)));
            return;
        }

        runner.Notice(speech.Say("demo.loading"));
        using var client = new ApiClient(settings.Data.SocketPath, speech.Language.Name, runner.Notice);
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        var registry = new RegistryImportRequest(
            Path.Combine(samples, "branches.csv"), Path.Combine(samples, "merchants.csv"), Path.Combine(samples, "terminals.csv"), false, false, null);
        await RegistryImport.SendAsync(client, registry, runner.Shell.Clock, null, cancellationToken);

        var done = new List<IngestedFile>();
        foreach (var (date, path) in FilesOf(samples))
        {
            var request = new ClearingUploadRequest(path, date, null, null, null);
            done.Add(new IngestedFile(path, await ClearingUpload.SendAsync(client, request, runner.Shell.Clock, null, cancellationToken), null));
        }

        var findings = 0;
        foreach (var (date, _) in FilesOf(samples))
        {
            var closed = await client.PostAsync($"business-days/{date:yyyy-MM-dd}/close", null, cancellationToken);
            findings += closed.Deserialize<CloseAnswer>(PlatformJson.Options)!.Closed.Sum(c => c.Findings);
        }

        IngestView.Show(runner.Shell.ErrorConsole(), speech, done);
        runner.Notice(speech.Say("demo.loaded", new Detail("days", $"{done.Count}"), new Detail("findings", $"{findings}")));
    }

    /// <summary>The sample files by their dates: the eight digits in their names.</summary>
    private static IEnumerable<(DateOnly Date, string Path)> FilesOf(string samples) =>
        Directory.EnumerateFiles(samples, "clearing_*.csv").Concat(Directory.EnumerateFiles(samples, "ZM_*.txt"))
            .Select(path => (DateOnly.ParseExact(Digits(Path.GetFileName(path)), "yyyyMMdd", CultureInfo.InvariantCulture), path))
            .OrderBy(f => f.Item1);

    private static string Digits(string name) => string.Concat(name.Where(char.IsAsciiDigit));

    private static async Task<bool> IsEmptyAsync(RunningHost host, CancellationToken cancellationToken)
    {
        const string sql = "select not exists (select from branch) and not exists (select from merchant) and not exists (select from clearing_file)";
        await using var command = host.Database.CreateCommand(sql);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
