using Acquiring.Backend.Days;
using Acquiring.Backend.IdleSweep;
using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// I10: idleness is a pure function of history and date. Recomputed from the journal (not from its sums) by the plain rule in Core, it
/// must equal what the sweep's arrays compute, and what the latest close wrote down.
/// </summary>
internal sealed class IdleCheck : IBookCheck
{
    public string Code => "books.idle";

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var close = await IdleHistory.LatestCloseAsync(books.Connection, cancellationToken);
        var files = await FileCalendarStore.LoadAsync(books.Connection, cancellationToken);
        var on = close?.On ?? books.Today;
        var incompleteNow = files.IncompleteThrough(on).ToHashSet();
        var computed = (await IdleTerminalStore.PageAsync(books.Connection, on, "", int.MaxValue, cancellationToken)).ToDictionary(r => r.TerminalNo);
        var misses = new List<BookMiss>();
        var rows = 0L;
        await foreach (var terminal in IdleHistory.ReadAsync(books.Connection, on, cancellationToken))
        {
            rows++;
            var now = IdleClock.Judge(terminal.Now, incompleteNow, on);
            if (misses.Count < CheckOutcome.MissesMax && Told(computed.GetValueOrDefault(terminal.TerminalNo)) is var told && told != Told(now))
            {
                misses.Add(Miss("computed", terminal.TerminalNo, on, told, Told(now)));
            }

            if (misses.Count < CheckOutcome.MissesMax && close is not null && terminal.ChangedAt <= close.ClosedAt
                && !Explains(terminal, close, terminal.Stored))
            {
                misses.Add(Miss("stored", terminal.TerminalNo, on, terminal.Stored, Told(IdleClock.Judge(terminal.AtClose, close.IncompleteDates, on))));
            }
        }

        return new(rows, misses);
    }

    /// <summary>
    /// Rows posted after the close carry a later business date, but so may some that came before it. What the close knew lies between
    /// the two histories; where they give one verdict, that is the one it must have written.
    /// </summary>
    private static bool Explains(JudgedTerminal terminal, LatestClose close, string stored)
    {
        var withoutLater = Told(IdleClock.Judge(terminal.AtClose, close.IncompleteDates, close.On));
        var withLater = Told(IdleClock.Judge(terminal.Now, close.IncompleteDates, close.On));
        return stored == withoutLater || stored == withLater || (withoutLater != withLater && terminal.HasSalesBetween);
    }

    private static string Told(IdleVerdict? verdict) => verdict is null
        ? IdleHistory.NotIdle
        : IdleHistory.Told(
            verdict.Clock.Code(), verdict.LastActivity.On, verdict.LastActivity.Source.ToString().ToLowerInvariant(), verdict.Due.On,
            verdict.Due.IncompleteDays);

    private static string Told(IdleRow? row) => row is null
        ? IdleHistory.NotIdle
        : IdleHistory.Told(row.Clock, row.LastActivityOn, row.ActivitySource, row.DueOn, row.IncompleteDays);

    private BookMiss Miss(string kind, string terminalNo, DateOnly on, string found, string expected) => new(
        $"{Code}.{kind}",
        [new Detail("terminal", terminalNo), new Detail("date", $"{on:yyyy-MM-dd}"), new Detail("found", found), new Detail("expected", expected)]);
}
