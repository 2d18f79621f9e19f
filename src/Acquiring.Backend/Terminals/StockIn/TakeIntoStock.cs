using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.StockIn;

/// <summary>
/// Takes many machines into stock in one transaction, an outcome an item. A machine gets its terminal number here, for life: then it has one
/// name, one history and one grain from its first day on, and no act has to wait for a number.
/// </summary>
public sealed class TakeIntoStock(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    /// <summary>SQLSTATE of a sequence at its end.</summary>
    private const string LimitExceeded = "2200H";

    internal async Task<Result<StockedIn>> RunAsync(
        StockInRequest request, bool dryRun, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (request.Check() is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<StockedIn>(connection, dryRun ? null : key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        // Imports and other stock-ins wait: what is free here is free at the commit.
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        await IngestLock.TakeAsync(connection, cancellationToken);
        var items = await JudgeAsync(connection, request.Items!, cancellationToken);
        var wanted = items.Select((item, i) => (Item: item, Place: i)).Where(w => w.Item.Outcome == StockInOutcome.Stocked).ToList();
        if (dryRun)
        {
            return new StockedIn(dryRun, items);
        }

        if (wanted.Count == 0)
        {
            var nothing = new StockedIn(dryRun, items);
            await IdempotencyStore.AnswerAsync(connection, key, nothing, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return nothing;
        }

        var free = await FreeNumbersAsync(
            connection, wanted.Where(w => w.Item.TerminalNo is null).Count(), [.. wanted.Select(w => w.Item.TerminalNo).OfType<string>()], cancellationToken);
        if (free is null)
        {
            return Refusal.Of(RefusalKind.Conflict, "terminal.numbers-exhausted");
        }

        foreach (var (item, place) in wanted.Where(w => w.Item.TerminalNo is null))
        {
            items[place] = item with { TerminalNo = free.Dequeue() };
        }

        await WriteAsync(connection, wanted.ConvertAll(w => items[w.Place]), request.Model!, actor, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "terminal.stockIn", request.Model!,
            new { stocked = wanted.Count, known = items.Count(i => i.Outcome == StockInOutcome.Known) }, cancellationToken);
        var answer = new StockedIn(DryRun: false, items);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return answer;
    }

    private static async Task<StockedItem[]> JudgeAsync(
        NpgsqlConnection connection, IReadOnlyList<StockInItem> items, CancellationToken cancellationToken)
    {
        var serials = items.Select(i => i.SerialNo ?? "").ToArray();
        var numbers = items.Select(i => i.TerminalNo ?? "").ToArray();
        var known = new Dictionary<string, (string TerminalNo, TerminalState State)>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(
            "select serial_no, terminal_no, state from terminal where serial_no = any($1) or terminal_no = any($2)", connection);
        command.Parameters.Add(new() { Value = serials });
        command.Parameters.Add(new() { Value = numbers });
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                known[reader.GetString(0)] = (reader.GetString(1), TerminalRows.StateOf(reader.GetString(2)));
                taken.Add(reader.GetString(1));
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Select(item =>
        {
            var serial = item.SerialNo ?? "";
            if (serial.Length is 0 or > RegistryCells.SerialCharsMax || serial.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return Refused(item, Refusal.Of(RefusalKind.Invalid, "terminal.serial-no", new Detail("found", FoundText.Of(serial))));
            }

            if (PlateCode.Is(serial))
            {
                return Refused(item, Refusal.Of(RefusalKind.Invalid, "terminal.serial-is-plate", new Detail("found", serial)));
            }

            if (!seen.Add(serial))
            {
                return Refused(item, Refusal.Of(RefusalKind.Invalid, "terminal.serial-repeated", new Detail("serialNo", serial)));
            }

            if (known.TryGetValue(serial, out var there))
            {
                return new StockedItem(serial, StockInOutcome.Known, there.TerminalNo, there.State, null);
            }

            if (item.TerminalNo is { } no)
            {
                if (!TerminalNo.TryParse(no, out _))
                {
                    return Refused(item, Refusal.Of(RefusalKind.Invalid, "terminal.terminal-no", new Detail("found", FoundText.Of(no))));
                }

                if (!taken.Add(no))
                {
                    return Refused(item, Refusal.Of(RefusalKind.Conflict, "terminal.number-taken", new Detail("terminalNo", no)));
                }
            }

            return new StockedItem(serial, StockInOutcome.Stocked, item.TerminalNo, TerminalState.InStock, null);
        })];

        static StockedItem Refused(StockInItem item, Refusal refusal) =>
            new(FoundText.Of(item.SerialNo ?? ""), StockInOutcome.Refused, item.TerminalNo is { } no ? FoundText.Of(no) : null, null, refusal);
    }

    /// <summary>Numbers that no machine has or gets in the same list, whoever gave it them; <c>null</c> when there are no more.</summary>
    internal static async Task<Queue<string>?> FreeNumbersAsync(
        NpgsqlConnection connection, int count, string[] listed, CancellationToken cancellationToken)
    {
        var free = new Queue<string>(count);
        try
        {
            while (free.Count < count)
            {
                await using var command = new NpgsqlCommand(
                    """
                    with given as materialized (select nextval('terminal_no_seq')::text as no from generate_series(1, $1))
                    select no from given where not exists (select from terminal where terminal_no = no) and no <> all ($2) order by no
                    """,
                    connection);
                command.Parameters.Add(new() { Value = count - free.Count });
                command.Parameters.Add(new() { Value = listed });
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    free.Enqueue(reader.GetString(0));
                }
            }
        }
        catch (PostgresException e) when (e.SqlState == LimitExceeded)
        {
            return null;
        }

        return free;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, List<StockedItem> items, string model, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with stocked as (
                insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, changed_at)
                select terminal_no, serial_no, $3, $4, false, '', 'inStock', $5
                from unnest($1, $2) as i (terminal_no, serial_no)
                returning terminal_id, terminal_no, serial_no
            ), told as (
                insert into outbox_event (type, object_key, object_version, payload, at)
                select 'terminal.stockIn', terminal_no, 1,
                       jsonb_build_object('terminalNo', terminal_no, 'serialNo', serial_no, 'version', 1, 'state', 'inStock', 'actor', $6), $5
                from stocked
                order by terminal_id
            )
            insert into terminal_step (terminal_id, version, act, from_state, to_state, why, actor, at)
            select terminal_id, 1, 'stockIn', 'inStock', 'inStock', '', $6, $5
            from stocked
            """,
            connection);
        command.Parameters.Add(new() { Value = items.ConvertAll(i => i.TerminalNo!).ToArray() });
        command.Parameters.Add(new() { Value = items.ConvertAll(i => i.SerialNo).ToArray() });
        command.Parameters.Add(new() { Value = model });
        command.Parameters.Add(new() { Value = DateOnly.FromDateTime(BusinessTime.FromUtc(nowUtc)) });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = actor });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
