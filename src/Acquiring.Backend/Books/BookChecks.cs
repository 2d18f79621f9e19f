using System.Data;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>What one check found.</summary>
/// <param name="Code">Stable, such as <c>books.day-volumes</c>; also the key of its text.</param>
public sealed record BookCheckResult(string Code, long RowsChecked, IReadOnlyList<BookMiss> Misses)
{
    public bool Ok => Misses.Count == 0;
}

/// <summary>
/// <c>verify-books</c>: the invariants that hold between any two transactions, each recomputed from the rows themselves. It only reads, all
/// checks one snapshot, and may run at any time, beside an ingest too.
/// </summary>
public sealed class BookChecks(NpgsqlDataSource dataSource, TimeProvider clock)
{
    /// <summary>One statement over a large journal may take this long.</summary>
    private const int StatementTimeoutSeconds = 600;

    private static readonly IReadOnlyList<IBookCheck> All =
    [
        JournalChecks.Turns, JournalChecks.Twins, JournalChecks.Held, PriceChecks.Fees, PriceChecks.GivenBack,
        SumChecks.DayVolumes, ActivityChecks.Activity, SumChecks.Files, SumChecks.Closes, MessageChecks.Messages, new IdleCheck(),
        new TierCheck(), new IdleVerdictCheck(), new ScorecardCheck(), AlarmCheck.Alarms, new CardNumberCheck(),
    ];

    /// <summary>In the order of running.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. All.Select(c => c.Code)];

    public Task<IReadOnlyList<BookCheckResult>> RunAsync(CancellationToken cancellationToken) => RunAsync(All, cancellationToken);

    /// <summary>One check by its code, in a snapshot of its own: every invariant holds by itself between any two transactions.</summary>
    public async Task<BookCheckResult> RunAsync(string code, CancellationToken cancellationToken) =>
        (await RunAsync([All.Single(c => c.Code == code)], cancellationToken))[0];

    private async Task<IReadOnlyList<BookCheckResult>> RunAsync(IReadOnlyList<IBookCheck> checks, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // Sums over the whole journal: more memory than a small query gets keeps them off the disk.
        await using (var readOnly = new NpgsqlCommand(
            $"""
            set transaction read only;
            set local work_mem = '64MB';
            set local jit = off;
            set local statement_timeout = '{StatementTimeoutSeconds}s'
            """,
            connection, transaction))
        {
            await readOnly.ExecuteNonQueryAsync(cancellationToken);
        }

        var books = new BookSnapshot(connection, BusinessTime.Today(clock));
        var results = new List<BookCheckResult>();
        foreach (var check in checks)
        {
            var outcome = await check.RunAsync(books, cancellationToken);
            results.Add(new(check.Code, outcome.RowsChecked, outcome.Misses));
        }

        return results;
    }
}
