using System.CommandLine;
using System.CommandLine.Invocation;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>version</c>, or <c>--version</c> as other programs have it: which build this is; needs no database.</summary>
internal sealed class VersionVerb(VerbRunner runner)
{
    public Command Build()
    {
        var command = new Command("version", runner.Speech.Say("help.version"));
        command.SetAction(Run);
        return command;
    }

    public Option Option() => new Option<bool>("--version")
    {
        Description = runner.Speech.Say("help.option.version"),
        Action = new Told(Run),
    };

    private int Run(ParseResult line)
    {
        var runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;
        var outcome = new Outcome(
            new { program = HelpWriter.Program, version = ApiDocument.Version, runtime },
            console => console.Line($"{HelpWriter.Program} {ApiDocument.Version} ({runtime})"));
        return new Presenter(runner.Shell, line.GetValue(runner.Globals.Json)).Show(outcome);
    }

    private sealed class Told(Func<ParseResult, int> run) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => run(parseResult);
    }
}
