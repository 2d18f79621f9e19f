using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Acquiring.Backend.Tests.Platform.Jobs.TestLedger;

namespace Acquiring.Backend.Tests.Platform.Jobs;

public sealed class CatchUpWhatIsDue(TestCluster cluster)
{
    [Theory]
    // At four in the morning of the 22nd in China the 21st is due, a moment before it is not.
    [InlineData("2026-11-21T19:59:59Z", 20, "2026-11-20T20:00:00Z")]
    [InlineData("2026-11-21T20:00:00Z", 21, "2026-11-21T20:00:00Z")]
    [InlineData("2026-11-22T19:59:59Z", 21, "2026-11-21T20:00:00Z")]
    public void A_date_is_due_some_hours_after_its_midnight_in_china(string now, int day, string dueAt) =>
        JobTriggers.LastEnded(DateTimeOffset.Parse(now), TimeSpan.FromHours(4)).ShouldBe((Day(day), DateTimeOffset.Parse(dueAt)));

    [Fact]
    public async Task Nights_that_were_missed_are_asked_for_and_done_in_order()
    {
        await using var ledger = await OpenAsync(cluster);
        var triggers = Triggers(ledger);
        // A person was quicker with the 19th.
        await ledger.AskAsync(19);
        // Noon of the 22nd: the 17th to the 21st are over.
        (await triggers.AskDueAsync(default)).ShouldBe(4);
        (await triggers.AskDueAsync(default)).ShouldBe(0);
        (await Triggers(ledger).AskDueAsync(default)).ShouldBe(0, "another process asks for nothing twice");
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(5);
        ledger.Tally.Begun.Select(b => b.Date.Day).ShouldBe([17, 18, 19, 20, 21]);
        ledger.Clock.Advance(TimeSpan.FromHours(16) - TimeSpan.FromSeconds(1));
        (await triggers.AskDueAsync(default)).ShouldBe(0);
        ledger.Clock.Advance(TimeSpan.FromSeconds(1));
        (await triggers.AskDueAsync(default)).ShouldBe(1);
        (await ledger.ShardAsync(22)).AskedBy.ShouldBe("calendar");
    }

    [Fact]
    public async Task The_loop_looks_every_few_seconds()
    {
        await using var ledger = await OpenAsync(cluster);
        using var loop = new JobTickLoop(Triggers(ledger), ledger.Worker(), ledger.Ledger, ledger.Clock, NullLogger<JobTickLoop>.Instance);
        await loop.StartAsync(default);
        while (ledger.Clock.WaitingTimers == 0)
        {
            await Task.Yield();
        }

        ledger.Clock.Advance(TimeSpan.FromSeconds(5));
        await ledger.UntilAsync("(select count(*) = 5 from job_shard where state = 'done')");
        await loop.StopAsync(default);
    }

    [Fact]
    public async Task A_refused_date_is_asked_for_at_every_look_and_told_once_an_hour()
    {
        await using var ledger = await OpenAsync(cluster);
        var (wanting, told) = (new WantingNight(), new Told());
        var triggers = new JobTriggers([wanting], new JobCatalog([ledger.Tally]), ledger.Ledger, ledger.DataSource, ledger.Clock, told);
        // The 17th and the 18th can be had, the 19th is refused, the 20th is not asked for before it.
        (await triggers.AskDueAsync(default)).ShouldBe(2);
        (await triggers.AskDueAsync(default)).ShouldBe(0);
        told.Lines.ShouldBe([$"Job {TestLedger.Job} of 11/19/2026 is due and was not asked for: test.wanting(date=19); it is asked for again"]);
        ledger.Clock.Advance(TimeSpan.FromMinutes(60));
        (await triggers.AskDueAsync(default)).ShouldBe(0);
        told.Lines.Count.ShouldBe(2);
        wanting.Refused = false;
        (await triggers.AskDueAsync(default)).ShouldBe(3);
        told.Lines.Count.ShouldBe(2);
    }

    private static JobTriggers Triggers(TestLedger ledger) =>
        new([new EveryNight()], new JobCatalog([ledger.Tally]), ledger.Ledger, ledger.DataSource, ledger.Clock, NullLogger<JobTriggers>.Instance);

    private sealed class WantingNight : IJobTrigger
    {
        public bool Refused { get; set; } = true;

        public string Job => TestLedger.Job;

        public TimeSpan After => TimeSpan.FromHours(4);

        public Task<DateRange?> DatesAsync(NpgsqlConnection connection, DateOnly lastEnded, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
            Task.FromResult<DateRange?>(new(Day(17), lastEnded));

        public async Task<Refusal?> AskAsync(JobLedger ledger, IJob job, DateOnly date, CancellationToken cancellationToken)
        {
            if (Refused && date == Day(19))
            {
                return Refusal.Of(RefusalKind.Conflict, "test.wanting", new Detail("date", $"{date.Day}"));
            }

            await ledger.AskAsync(job.Name, date, 1, JobTriggers.Calendar, null, cancellationToken);
            return null;
        }
    }

    private sealed class Told : ILogger<JobTriggers>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    private sealed class EveryNight : IJobTrigger
    {
        public string Job => TestLedger.Job;

        public TimeSpan After => TimeSpan.FromHours(4);

        public Task<DateRange?> DatesAsync(NpgsqlConnection connection, DateOnly lastEnded, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
            Task.FromResult<DateRange?>(new(Day(17), lastEnded));
    }
}
