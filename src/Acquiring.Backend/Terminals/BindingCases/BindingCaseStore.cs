using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Terminals.BindingCases;

public enum BindingCaseState
{
    Open = 1,

    /// <summary>There was a good reason.</summary>
    Explained,

    /// <summary>Something was done about it.</summary>
    Closed,
}

/// <summary>Transactions that disagree with a machine's binding.</summary>
/// <param name="Kind"><c>boundToAnother</c>, <c>boundToNobody</c> or <c>unknownMerchant</c>.</param>
/// <param name="MerchantNo">Whom the latest of them named.</param>
/// <param name="BoundMerchantNo">Whom the machine worked for then; <c>null</c> when for nobody.</param>
/// <param name="TransactionKeys">The latest of them: date, batch (-1 without one), STAN, kind.</param>
/// <param name="Version">Hand it back, in quotation marks, in If-Match; more transactions do not change it.</param>
public sealed record BindingCaseAnswer(
    int BindingCaseId, string TerminalNo, string SerialNo, string Kind, string MerchantNo, string? BoundMerchantNo, DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen, int Transactions, IReadOnlyList<string> TransactionKeys, BindingCaseState State, string Why, string? DecidedBy,
    DateTimeOffset? DecidedAt, int Version);

/// <summary>Shows cases and decides them.</summary>
public sealed class BindingCaseStore(NpgsqlDataSource database, TimeProvider clock)
{
    public const int WhyLengthMax = 500;

    private const string Columns =
        """
        c.binding_case_id, t.terminal_no, t.serial_no, c.kind, c.merchant_no, c.bound_merchant_no, c.first_seen, c.last_seen, c.transactions,
               c.transaction_keys, c.state, c.why, c.decided_by, c.decided_at, c.version
        """;

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<BindingCaseAnswer>> ListAsync(
        BindingCaseState? state, string? terminalNo, long after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns}
            from binding_case c
            join terminal t using (terminal_id)
            where c.binding_case_id > $1 and ($2 is null or c.state = $2) and ($3 is null or t.terminal_no = $3)
            order by c.binding_case_id
            limit $4
            """);
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = state is { } s ? TerminalRefusals.Word(s) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)terminalNo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = rows });
        var cases = new List<BindingCaseAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            cases.Add(Read(reader));
        }

        return cases;
    }

    /// <summary>Refuses, in this order: a bad why or state, a key used otherwise, an unknown case, an old version, a decided case.</summary>
    public async Task<Result<BindingCaseAnswer>> ResolveAsync(
        int caseId, BindingCaseState state, string why, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (state == BindingCaseState.Open || !Enum.IsDefined(state) || string.IsNullOrWhiteSpace(why) || why.Length > WhyLengthMax)
        {
            return Refusal.Of(RefusalKind.Invalid, "binding-case.resolution", new Detail("max", $"{WhyLengthMax}"));
        }

        if (CardLikeText.Has(why))
        {
            return Refusal.Of(RefusalKind.Invalid, "terminal.card-in-text", new Detail("field", "why"));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<BindingCaseAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        if (await LockAsync(connection, caseId, cancellationToken) is not { } present)
        {
            return Refusal.Of(RefusalKind.NotFound, "binding-case.unknown", new Detail("bindingCaseId", $"{caseId}"));
        }

        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        if (present.State != BindingCaseState.Open)
        {
            return Refusal.Of(RefusalKind.Conflict, "binding-case.decided", new Detail("state", TerminalRefusals.Word(present.State)));
        }

        var decided = present with { State = state, Why = why, DecidedBy = actor, DecidedAt = new(now), Version = version + 1 };
        await using (var update = new NpgsqlCommand(
            "update binding_case set state = $2, why = $3, decided_by = $4, decided_at = $5, version = $6 where binding_case_id = $1", connection))
        {
            update.Parameters.Add(new() { Value = caseId });
            update.Parameters.Add(new() { Value = TerminalRefusals.Word(state) });
            update.Parameters.Add(new() { Value = why });
            update.Parameters.Add(new() { Value = actor });
            update.Parameters.Add(new() { Value = now });
            update.Parameters.Add(new() { Value = decided.Version });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, $"bindingCase.{TerminalRefusals.Word(state)}", $"{caseId}", new { present.TerminalNo, present.Kind, why },
            cancellationToken);
        await Outbox.AppendAsync(
            connection, $"bindingCase.{TerminalRefusals.Word(state)}", $"{caseId}", decided.Version,
            new { decided.BindingCaseId, decided.TerminalNo, decided.Kind, decided.State, decided.Transactions, why, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, decided, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return decided;
    }

    private static async Task<BindingCaseAnswer?> LockAsync(NpgsqlConnection connection, int caseId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from binding_case c join terminal t using (terminal_id) where c.binding_case_id = $1 for update of c", connection);
        command.Parameters.Add(new() { Value = caseId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static BindingCaseAnswer Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
        reader.IsDBNull(5) ? null : reader.GetString(5), new(reader.GetDateTime(6)), new(reader.GetDateTime(7)), reader.GetInt32(8),
        reader.GetFieldValue<string[]>(9), Enum.Parse<BindingCaseState>(reader.GetString(10), ignoreCase: true), reader.GetString(11),
        reader.IsDBNull(12) ? null : reader.GetString(12), reader.IsDBNull(13) ? null : new DateTimeOffset(reader.GetDateTime(13)), reader.GetInt32(14));
}
