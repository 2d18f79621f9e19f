using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Spectre.Console;

namespace Acquiring.Host.CommandLine;

/// <summary>What a verb has to say at its end: one document for machines, a view for people, and the exit code.</summary>
public sealed record Outcome(object Json, Action<IAnsiConsole> People, int ExitCode = Exit.Done);

/// <summary>The exit codes.</summary>
public static class Exit
{
    /// <summary>Done. Held, malformed and duplicate lines are outcomes, not failures.</summary>
    public const int Done = 0;

    /// <summary>Refused or failed.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;
}

/// <summary>Writes the end of a verb: with <c>--json</c> exactly one document on standard output, whatever happened.</summary>
internal sealed class Presenter(Shell shell, bool json)
{
    private static readonly JsonSerializerOptions s_indented = new(PlatformJson.Options) { WriteIndented = true };

    public int Show(Outcome outcome)
    {
        if (json)
        {
            Write(outcome.Json);
        }
        else
        {
            outcome.People(shell.OutConsole());
        }

        shell.Out.Flush();
        return outcome.ExitCode;
    }

    /// <summary>The text always goes to standard error; machines get the document as well.</summary>
    public int ShowRefusal(JsonObject document, int exitCode = Exit.Refused, Action<IAnsiConsole>? people = null)
    {
        shell.Error.WriteLine((string?)document["detail"] ?? (string?)document["code"]);
        if (json)
        {
            Write(document);
        }
        else
        {
            people?.Invoke(shell.ErrorConsole());
        }

        shell.Out.Flush();
        return exitCode;
    }

    private void Write(object document) => shell.Out.WriteLine(JsonSerializer.Serialize(document, s_indented));
}
