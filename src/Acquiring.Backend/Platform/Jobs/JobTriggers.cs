using System.Collections.Concurrent;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>Asks the ledger for what the calendar makes due. It only asks; asking again, or twice at once, asks for nothing new.</summary>
public sealed partial class JobTriggers(
    IEnumerable<IJobTrigger> triggers, JobCatalog jobs, JobLedger ledger, NpgsqlDataSource dataSource, TimeProvider clock, ILogger<JobTriggers> log)
{
    /// <summary>Who asks, in the ledger and in the audit.</summary>
    public const string Calendar = "calendar";

    private static readonly TimeSpan s_tellEvery = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (DateOnly Date, string Code, DateTimeOffset At)> _refused = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateRange> _asked = new(StringComparer.Ordinal);

    /// <summary>Asks for every date that became due and was never asked for, oldest first.</summary>
    /// <returns>How many dates were asked for.</returns>
    public async Task<int> AskDueAsync(CancellationToken cancellationToken)
    {
        var asked = 0;
        foreach (var trigger in triggers)
        {
            asked += await AskAsync(trigger, cancellationToken);
        }

        return asked;
    }

    /// <summary>The latest business date that had ended for <paramref name="after"/> by now, and when it had.</summary>
    internal static (DateOnly Date, DateTimeOffset DueAt) LastEnded(DateTimeOffset now, TimeSpan after)
    {
        var date = DateOnly.FromDateTime((now.ToOffset(BusinessTime.Offset) - after).DateTime).AddDays(-1);
        return (date, BusinessTime.ToOffset(date.AddDays(1).ToDateTime(TimeOnly.MinValue)) + after);
    }

    private async Task<int> AskAsync(IJobTrigger trigger, CancellationToken cancellationToken)
    {
        if (!jobs.TryFind(trigger.Job, out var job))
        {
            throw new InvalidOperationException($"no job is named {trigger.Job}");
        }

        var (lastEnded, dueAt) = LastEnded(clock.GetUtcNow(), trigger.After);
        DateRange dates;
        IReadOnlyList<DateOnly> missing;
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            if (await trigger.DatesAsync(connection, lastEnded, dueAt, cancellationToken) is not { } wanted)
            {
                return 0;
            }

            dates = wanted with { Last = wanted.Last < lastEnded ? wanted.Last : lastEnded };
            if (_asked.TryGetValue(trigger.Job, out var before) && before == dates)
            {
                return 0;
            }

            missing = await JobLedger.NotAskedAsync(connection, trigger.Job, dates, cancellationToken);
        }

        for (var i = 0; i < missing.Count; i++)
        {
            if (await trigger.AskAsync(ledger, job, missing[i], cancellationToken) is { } refusal)
            {
                Tell(trigger.Job, missing[i], refusal);
                return i;
            }
        }

        _refused.TryRemove(trigger.Job, out _);

        // Remembered only to spare the looking; what was asked for stands in the ledger.
        if (missing.Count < JobLimits.CatchUpDatesMax)
        {
            _asked[trigger.Job] = dates;
        }

        return missing.Count;
    }

    /// <summary>It is asked for at every look, and told when the reason is another or an hour has passed.</summary>
    private void Tell(string job, DateOnly date, Refusal refusal)
    {
        var now = clock.GetUtcNow();
        if (!_refused.TryGetValue(job, out var told) || (told.Date, told.Code) != (date, refusal.Code) || now - told.At >= s_tellEvery)
        {
            _refused[job] = (date, refusal.Code, now);
            LogRefused(job, date, $"{refusal}");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} of {Date} is due and was not asked for: {Refusal}; it is asked for again")]
    private partial void LogRefused(string job, DateOnly date, string refusal);
}
