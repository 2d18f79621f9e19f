using Acquiring.Backend.Days;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Night;

/// <summary>
/// Asks for the nights by itself, from a date on that the bank sets. A date is asked for once its files are complete; one that lacks a file
/// waits, and the later ones with it, until the file comes or a person insists.
/// </summary>
internal sealed class NightTrigger(NightOptions options, AskForNight ask) : IJobTrigger
{
    public string Job => NightStepJob.NameOf(NightStep.Files);

    public TimeSpan After => TimeSpan.FromHours(options.AtHour);

    public async Task<DateRange?> DatesAsync(
        NpgsqlConnection connection, DateOnly lastEnded, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        if (options.From is not { } from)
        {
            return null;
        }

        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        if (files.StartsOn is null)
        {
            return null;
        }

        var (closedThrough, nights) =
            (await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken), await NightStore.RangeAsync(connection, cancellationToken));
        var first = nights is { } known && known.First > from ? known.First : from;
        var next = closedThrough >= first ? closedThrough.Value.AddDays(1) : first;
        while (next <= lastEnded && files.IsComplete(next))
        {
            next = next.AddDays(1);
        }

        return next > first ? new DateRange(first, next.AddDays(-1)) : null;
    }

    /// <summary>A refusal is a file withdrawn since it was looked at, or an earlier date that was never closed and lacks one.</summary>
    public async Task<Refusal?> AskAsync(JobLedger ledger, IJob job, DateOnly date, CancellationToken cancellationToken) =>
        (await ask.RunAsync(date, insist: false, JobTriggers.Calendar, why: null, cancellationToken)).Refusal;
}
