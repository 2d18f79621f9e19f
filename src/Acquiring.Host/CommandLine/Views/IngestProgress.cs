using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>A bar for each file on standard error, drawn only where a person watches.</summary>
internal static class IngestProgress
{
    /// <param name="runner">Whose shell and speech.</param>
    /// <param name="act">Given what makes the follower of one file; <c>null</c> followers ask nothing of the host.</param>
    public static Task ShowAsync(VerbRunner runner, Func<Func<string, Action<UploadProgress>?>, Task> act)
    {
        if (!runner.Shell.IsErrorTerminal)
        {
            return act(_ => null);
        }

        return runner.Shell.ErrorConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => act(path => Follow(runner.Speech, context.AddTask(Describe(path)))));
    }

    private static Action<UploadProgress> Follow(Speech speech, ProgressTask task)
    {
        var name = task.Description;
        return now =>
        {
            task.MaxValue = Math.Max(now.TotalBytes, 1);
            task.Value = now.DoneBytes;
            var rate = speech.Say("ingest.rate", new Detail("lines", Figures.Count(now.Lines)), new Detail("rate", Figures.Count(now.LinesPerSecond)));
            task.Description = $"{name} {Markup.Escape(rate)}";
        };
    }

    private static string Describe(string path) => Markup.Escape(Path.GetFileName(path));
}
