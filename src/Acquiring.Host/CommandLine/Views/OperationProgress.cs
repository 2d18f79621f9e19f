using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>A bar for long work of the host on standard error, drawn only where a person watches.</summary>
internal static class OperationProgress
{
    /// <param name="runner">Whose shell and speech.</param>
    /// <param name="title">What is under way.</param>
    /// <param name="act">Tells the follower each state of the work that it hears of.</param>
    public static Task<T> ShowAsync<T>(VerbRunner runner, string title, Func<Action<OperationAnswer>, Task<T>> act)
    {
        if (!runner.Shell.IsErrorTerminal)
        {
            return act(_ => { });
        }

        return runner.Shell.ErrorConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(title);
                return act(now =>
                {
                    // Lines where their number is known; before that the bytes of what is sent.
                    (task.MaxValue, task.Value) = now.TotalLines is { } lines
                        ? (Math.Max(lines, 1), now.Lines)
                        : (Math.Max(now.TotalBytes ?? 1, 1), now.DoneBytes);
                    var rate = runner.Speech.Say(
                        "ingest.rate", new Detail("lines", Figures.Count(now.Lines)), new Detail("rate", Figures.Count(now.LinesPerSecond)));
                    task.Description = $"{title} {Markup.Escape(rate)}";
                });
            });
    }
}
