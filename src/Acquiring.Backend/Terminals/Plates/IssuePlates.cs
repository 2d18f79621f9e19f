using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Terminals.StockIn;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.Plates;

/// <param name="Count">How many, 1 to 1,000.</param>
public sealed record IssueQrPlatesRequest(int Count);

/// <param name="PlateCode">What is printed on it.</param>
public sealed record IssuedQrPlate(string PlateCode, string TerminalNo);

/// <param name="Plates">By terminal number.</param>
public sealed record IssuedQrPlatesAnswer(int Count, IReadOnlyList<IssuedQrPlate> Plates);

/// <summary>Gives numbers and codes to plates that are to be printed, and takes them into stock: all in one transaction.</summary>
public sealed class IssuePlates(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    public const int CountMax = 1_000;

    /// <summary>Refuses, in this order: the count, a key used otherwise, numbers that have run out. Repeated under its key, it answers as the first time.</summary>
    internal async Task<Result<IssuedQrPlatesAnswer>> RunAsync(
        IssueQrPlatesRequest request, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (request.Count is < 1 or > CountMax)
        {
            return Refusal.Of(RefusalKind.Invalid, "plate.count", new Detail("max", $"{CountMax}"));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<IssuedQrPlatesAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        // As a stock-in: what is free here is free at the commit.
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        await IngestLock.TakeAsync(connection, cancellationToken);
        if (await FreePlatesAsync(connection, request.Count, cancellationToken) is not { } plates)
        {
            return Refusal.Of(RefusalKind.Conflict, "terminal.numbers-exhausted");
        }

        await WriteAsync(connection, plates, actor, now, cancellationToken);
        var answer = new IssuedQrPlatesAnswer(plates.Count, plates);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "terminal.issuePlates", plates[0].TerminalNo, new { answer.Count, last = plates[^1].TerminalNo },
            cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return answer;
    }

    /// <summary>An import may have given a machine a serial number that reads like a code: that number is passed over.</summary>
    private static async Task<List<IssuedQrPlate>?> FreePlatesAsync(NpgsqlConnection connection, int count, CancellationToken cancellationToken)
    {
        var plates = new List<IssuedQrPlate>(count);
        while (plates.Count < count)
        {
            if (await TakeIntoStock.FreeNumbersAsync(connection, count - plates.Count, [], cancellationToken) is not { } numbers)
            {
                return null;
            }

            var drawn = numbers.Select(n => new IssuedQrPlate(PlateCode.Of(new(n)), n)).ToList();
            object codes = drawn.ConvertAll(p => p.PlateCode).ToArray();
            await using var command = new NpgsqlCommand("select coalesce(array_agg(serial_no), '{}') from terminal where serial_no = any($1)", connection);
            command.Parameters.Add(new() { Value = codes });
            var taken = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
            plates.AddRange(drawn.Where(p => !taken.Contains(p.PlateCode)));
        }

        return plates;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, List<IssuedQrPlate> plates, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with issued as (
                insert into terminal (terminal_no, serial_no, model, kind, installed_on, spare, installation_address, state, changed_at)
                select terminal_no, plate_code, $3, 'qrPlate', $4, false, '', 'inStock', $5
                from unnest($1, $2) as i (terminal_no, plate_code)
                returning terminal_id, terminal_no, serial_no
            ), told as (
                insert into outbox_event (type, object_key, object_version, payload, at)
                select 'terminal.stockIn', terminal_no, 1,
                       jsonb_build_object('terminalNo', terminal_no, 'serialNo', serial_no, 'kind', 'qrPlate', 'version', 1, 'state', 'inStock',
                                          'actor', $6), $5
                from issued
                order by terminal_id
            )
            insert into terminal_step (terminal_id, version, act, from_state, to_state, why, actor, at)
            select terminal_id, 1, 'stockIn', 'inStock', 'inStock', '', $6, $5
            from issued
            """,
            connection);
        command.Parameters.Add(new() { Value = plates.ConvertAll(p => p.TerminalNo).ToArray() });
        command.Parameters.Add(new() { Value = plates.ConvertAll(p => p.PlateCode).ToArray() });
        command.Parameters.Add(new() { Value = QrPlates.Model });
        command.Parameters.Add(new() { Value = DateOnly.FromDateTime(BusinessTime.FromUtc(nowUtc)) });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = actor });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
