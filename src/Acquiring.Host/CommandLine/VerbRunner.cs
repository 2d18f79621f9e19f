using System.CommandLine;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;
using Spectre.Console;

namespace Acquiring.Host.CommandLine;

/// <summary>What every verb shares: finding or being the host, telling the end, the exit code.</summary>
internal sealed class VerbRunner(Shell shell, Speech speech, GlobalOptions globals)
{
    public Shell Shell => shell;

    public Speech Speech => speech;

    public GlobalOptions Globals => globals;

    /// <summary>Runs <paramref name="act"/> against the host of the data directory, which is this process where no other runs.</summary>
    public Task<int> RunAsync(
        ParseResult line, string verb, Func<ApiClient, CancellationToken, Task<Outcome>> act, CancellationToken cancellationToken) =>
        GuardAsync(line, async presenter =>
        {
            var session = new HostSession(globals.Settings(line, verb), speech, Notice, shell);
            return await session.RunAsync(async (client, token) => presenter.Show(await act(client, token)), cancellationToken);
        });

    /// <summary>Turns every way to fail into its text, its document and its exit code.</summary>
    public async Task<int> GuardAsync(ParseResult line, Func<Presenter, Task<int>> act)
    {
        var presenter = new Presenter(shell, line.GetValue(globals.Json));
        try
        {
            return await act(presenter);
        }
        catch (ApiProblemException e)
        {
            return presenter.ShowRefusal(e.Document, people: console => ShowReport(console, e.Document));
        }
        catch (RefusedException e)
        {
            return presenter.ShowRefusal(DocumentOf(e.Refusal));
        }
        catch (ConnectionLostException e)
        {
            return presenter.ShowRefusal(DocumentOf(Refusal.Of(RefusalKind.Unavailable, "host.connection-lost", new Detail("reason", e.Message))));
        }
        catch (OperationCanceledException)
        {
            return presenter.ShowRefusal(DocumentOf(Refusal.Of(RefusalKind.Conflict, "host.interrupted")));
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is { } refusal)
        {
            return presenter.ShowRefusal(DocumentOf(refusal));
        }
        catch (Exception e)
        {
            // A bug: all of it goes to standard error, for whoever mends it; standard output keeps its promise of one document.
            shell.Error.WriteLine(e);
            return presenter.ShowRefusal(DocumentOf(Refusal.Of(RefusalKind.Unavailable, "host.bug")));
        }
    }

    public JsonObject DocumentOf(Refusal refusal) => ProblemResults.Document(refusal, speech.Texts, speech.Language);

    public void Notice(string text) => shell.Error.WriteLine(text);

    /// <summary>A refusal may bring a report by row, which is what a person needs to mend the file.</summary>
    private void ShowReport(IAnsiConsole console, JsonObject problem)
    {
        if (problem["report"] is JsonObject report)
        {
            ImportView.ShowErrors(console, speech, report);
        }
    }
}
