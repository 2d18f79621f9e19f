using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// Checks the books in the night after a date was closed and keeps the verdict, so that each closed date shows that its books held. One
/// check after the other, each committed: cut off, it goes on with the next check.
/// </summary>
internal sealed partial class VerifyBooksJob(BookChecks checks, BookVerdicts verdicts, TimeProvider clock, ILogger<VerifyBooksJob> log) : IJob
{
    public const string JobName = "verify-books";

    public string Name => JobName;

    public int ShardsFor(DateOnly date) => 1;

    public async Task<Refusal?> RefuseAsync(DateOnly date, CancellationToken cancellationToken) =>
        await verdicts.IsClosedAsync(date, cancellationToken)
            ? null
            : Refusal.Of(RefusalKind.Conflict, "books.date-open", new Detail("date", $"{date:yyyy-MM-dd}"));

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var codes = BookChecks.Codes;
        var next = run.Checkpoint<Checkpoint>()?.Next ?? 0;
        // The books are checked as they are, not as they were: a reading after the close of several dates speaks for all of them.
        if (next == 0 && run.Run == 1 && await verdicts.LaterReadingAsync(run.Date, codes, cancellationToken) is { } reading)
        {
            await run.CommitAsync(
                connection => BookVerdicts.CopyAsync(connection, reading, run.Date, codes, cancellationToken),
                new Checkpoint(codes.Count), codes.Count, codes.Count, cancellationToken);
            return;
        }

        for (; next < codes.Count; next++)
        {
            var checkedAt = clock.GetUtcNow().UtcDateTime;
            var result = await checks.RunAsync(codes[next], cancellationToken);
            await run.CommitAsync(
                connection => BookVerdicts.AddAsync(connection, run.Date, run.Run, result, checkedAt, cancellationToken),
                new Checkpoint(next + 1), next + 1, codes.Count, cancellationToken);
            if (!result.Ok)
            {
                LogBroken(result.Code, run.Date, result.Misses.Count);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The books do not hold: {Code}, checked for {Date}, misses {Misses}")]
    private partial void LogBroken(string code, DateOnly date, int misses);

    /// <param name="Next">Index of the first check that is not yet done.</param>
    private sealed record Checkpoint(int Next);
}

/// <summary>In the night: at four o'clock for every date that was closed by then. A date closed in the morning waits for the next night.</summary>
internal sealed class VerifyBooksTrigger : IJobTrigger
{
    public string Job => VerifyBooksJob.JobName;

    public TimeSpan After => TimeSpan.FromHours(4);

    public async Task<DateRange?> DatesAsync(
        NpgsqlConnection connection, DateOnly lastEnded, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select min(business_date), max(business_date) filter (where closed_at <= $1)
            from business_day_close
            """,
            connection);
        command.Parameters.Add(new() { Value = dueAt.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(1)
            ? new DateRange(reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1))
            : null;
    }
}
