using System.CommandLine;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>import</c>: branches, merchants and terminals; all of it or nothing.</summary>
internal sealed class ImportVerb(VerbRunner runner, Reading reading)
{
    private readonly Option<string?> _branches = reading.TextOption("--branches", "FILE", "help.import.branches");
    private readonly Option<string?> _merchants = reading.TextOption("--merchants", "FILE", "help.import.merchants");
    private readonly Option<string?> _terminals = reading.TextOption("--terminals", "FILE", "help.import.terminals");
    private readonly Option<bool> _dryRun = reading.Flag("--dry-run", "help.import.dry-run");
    private readonly Option<bool> _goodRowsOnly = reading.Flag("--good-rows-only", "help.import.good-rows-only");
    private readonly Option<DateOnly?> _effectiveOn = reading.DateOption("--effective-on", "help.import.effective-on");

    public Command Build()
    {
        var command = new Command("import", runner.Speech.Say("help.import"))
        {
            _branches, _merchants, _terminals, _dryRun, _goodRowsOnly, _effectiveOn,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(_branches) is null && result.GetResult(_merchants) is null && result.GetResult(_terminals) is null)
            {
                result.AddError(runner.Speech.Say("usage.import-nothing"));
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var request = new RegistryImportRequest(
            line.GetValue(_branches), line.GetValue(_merchants), line.GetValue(_terminals),
            line.GetValue(_dryRun), line.GetValue(_goodRowsOnly), line.GetValue(_effectiveOn));
        return runner.RunAsync(line, "import", async (client, token) =>
        {
            var answer = await OperationProgress.ShowAsync(
                runner, "import", follow => RegistryImport.SendAsync(client, request, runner.Shell.Clock, follow, token));
            var report = answer.AsObject();
            return new Outcome(report, console => ImportView.Show(console, runner.Speech, report));
        }, cancellationToken);
    }
}
