using System.Runtime.InteropServices;
using Acquiring.Host.Hosting;
using Spectre.Console;

namespace Acquiring.Host.CommandLine;

/// <summary>What the command line sees of the world around it; a test gives it another one.</summary>
/// <param name="Out">The answer, and nothing else.</param>
/// <param name="Error">Everything told on the way: progress, notices, why not.</param>
/// <param name="IsOutTerminal">Whether a person reads <paramref name="Out"/>.</param>
/// <param name="IsErrorTerminal">Whether a person reads <paramref name="Error"/>: only then a bar is drawn.</param>
public sealed record Shell(
    TextWriter Out, TextWriter Error, bool IsOutTerminal, bool IsErrorTerminal, Func<string, string?> Environment, TimeProvider Clock,
    IHostRuntime Runtime)
{
    /// <summary>Wide enough for any table of ours; a file or a pipe has no width of its own.</summary>
    private const int WidthOfAPipe = 160;

    public static Shell OfProcess(IHostRuntime runtime) => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, System.Environment.GetEnvironmentVariable, TimeProvider.System,
        runtime);

    public IAnsiConsole OutConsole() => ConsoleOf(Out, IsOutTerminal);

    public IAnsiConsole ErrorConsole() => ConsoleOf(Error, IsErrorTerminal);

    /// <summary>Ends on the first interrupt or termination signal; the second ends the process at once.</summary>
    public static IDisposable CancelOnSignals(CancellationTokenSource stop)
    {
        void Handle(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            signal.Cancel = true;
            stop.Cancel();
        }

        return new Both(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
    }

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = WidthOfAPipe;
            console.Profile.Capabilities.Unicode = true;
        }

        return console;
    }

    private sealed record Both(IDisposable First, IDisposable Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
