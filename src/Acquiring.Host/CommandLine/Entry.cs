using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Host.CommandLine.Verbs;

namespace Acquiring.Host.CommandLine;

/// <summary>The command line from arguments to exit code.</summary>
public static class Entry
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Shell shell, CancellationToken stop)
    {
        var speech = Speech.For(args, shell.Environment, shell.Runtime.GetType().Assembly);
        // UsageErrors knows the parser's own texts in English.
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        var globals = new GlobalOptions(shell, speech);
        var runner = new VerbRunner(shell, speech, globals);
        var line = Build(runner).Parse(args);
        if (line.Action is ParseErrorAction)
        {
            return ShowUsage(line, runner);
        }

        var configuration = new InvocationConfiguration
        {
            Output = shell.Out,
            Error = shell.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are handled once, by the caller's token.
            ProcessTerminationTimeout = null,
        };
        return await line.InvokeAsync(configuration, stop);
    }

    internal static RootCommand Build(VerbRunner runner)
    {
        var reading = new Reading(runner.Speech);
        var serve = new ServeVerb(runner, reading);
        var version = new VersionVerb(runner);
        var root = new RootCommand(runner.Speech.Say("help"))
        {
            serve.Build(),
            new ImportVerb(runner, reading).Build(),
            new IngestVerb(runner, reading).Build(),
            new HeldVerbs(runner, reading).Build(),
            new WithdrawVerb(runner, reading).Build(),
            new CloseDayVerb(runner, reading).Build(),
            new NightVerb(runner, reading).Build(),
            new IdleVerb(runner, reading).Build(),
            new VolumesVerb(runner, reading).Build(),
            new QuoteVerb(runner, reading).Build(),
            new RepriceVerb(runner, reading).Build(),
            new VerifyBooksVerb(runner).Build(),
            new JobsVerb(runner, reading).Build(),
            version.Build(),
        };
        foreach (var option in runner.Globals.All.Concat(serve.Options))
        {
            root.Add(option);
        }

        root.SetAction(serve.RunAsync);
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        root.Add(version.Option());
        new HelpWriter(runner.Shell, runner.Speech, runner.Globals.Json.Name).ReplaceIn(root);
        return root;
    }

    private static int ShowUsage(ParseResult line, VerbRunner runner)
    {
        var errors = string.Join(' ', UsageErrors.In(line, runner.Speech));
        var help = $"{HelpWriter.PathOf(line.CommandResult.Command)} --help";
        var refusal = Refusal.Of(RefusalKind.Invalid, "usage.wrong", new Detail("errors", errors), new Detail("help", help));
        // Asked of the tokens, for a line that cannot be parsed may hide the option from the parser.
        var json = line.Tokens.Any(t => t.Value == runner.Globals.Json.Name);
        return new Presenter(runner.Shell, json).ShowRefusal(runner.DocumentOf(refusal), Exit.Usage);
    }
}
