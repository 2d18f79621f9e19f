using Acquiring.Backend.Days;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Days;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Night.Steps;

/// <summary>
/// Holds the night back until the date's files are complete. It was so when the night was asked for; a file withdrawn since then makes it wait,
/// try by try, and then wait for a person.
/// </summary>
internal sealed class FilesStep(NpgsqlDataSource database) : INightStep
{
    public NightStep Step => NightStep.Files;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var missing = night.Insist ? [] : await MissingAsync(connection, run.Date, cancellationToken);
        if (missing.Count > 0)
        {
            throw new RefusedException(DayRefusals.FileMissing(run.Date, missing));
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        return new Dictionary<string, long>
        {
            ["expected"] = files.ChannelsExpectedOn(date).Count,
            ["missing"] = files.MissingOn(date).Count,
        };
    }

    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var missing = await MissingAsync(connection, date, cancellationToken);
        return new(
            missing.Count > 0 && !insist ? DayRefusals.FileMissing(date, missing) : null, await CountAsync(connection, date, cancellationToken),
            [.. missing.Take(NightPreview.ChangesMax).Select(m => new NightChange(m.Channel, "missing", null))]);
    }

    /// <summary>A closed date asks for nothing more.</summary>
    private static async Task<IReadOnlyList<MissingFile>> MissingAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        return CloseOrder.IsClosed(date, await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken)) ? [] : files.MissingOn(date);
    }
}
