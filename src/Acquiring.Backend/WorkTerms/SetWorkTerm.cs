using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Acquiring.Core.WorkTerms;
using Npgsql;

namespace Acquiring.Backend.WorkTerms;

/// <param name="Term">Which number.</param>
/// <param name="Value">In the unit that the term's name ends with.</param>
/// <param name="Branch">The branch that it counts for, with all below it that have none of their own; left out is the whole bank.</param>
/// <param name="EffectiveFrom">The first business date it counts for: tomorrow at the earliest, which is also what is meant when it is left out.</param>
/// <param name="Source">Where the number is from, 1 to 200 characters.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record SetWorkTermRequest(WorkTerm Term, long Value, string? Branch, DateOnly? EffectiveFrom, string? Source, string? Why);

/// <param name="Branch">Nothing is the whole bank.</param>
/// <param name="EffectiveFrom">Nothing for what there was to begin with.</param>
public sealed record WorkTermAnswer(WorkTerm Term, long Value, string? Branch, DateOnly? EffectiveFrom, string Source, string Why, string SetBy, DateTimeOffset SetAt);

/// <param name="Calendar">How many there are: the ETag of the list.</param>
public sealed record WorkTermSetAnswer(WorkTermAnswer Term, int Calendar);

/// <summary>Sets a term from a later date on. What was done by the one before stays as it is.</summary>
public sealed class SetWorkTerm(NpgsqlDataSource database, TimeProvider clock)
{
    public const int DaysAheadMax = 366;

    /// <summary>
    /// Refuses, in this order: an unknown term, a number out of range, a branch for what is one for the whole bank, source, why, a key used otherwise, an old
    /// list, an unknown branch, a date too early or too far ahead, a date from which there is one already.
    /// </summary>
    internal async Task<Result<WorkTermSetAnswer>> RunAsync(
        SetWorkTermRequest request, int calendar, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (Check(request) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<WorkTermSetAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        var tomorrow = BusinessTime.Today(clock).AddDays(1);
        var from = request.EffectiveFrom ?? tomorrow;
        var (present, branchKnown) = await StateAsync(connection, request.Branch ?? "", cancellationToken);
        if ((present != calendar ? IfMatch.Stale(calendar, present)
                : request.Branch is { } branch && !branchKnown
                    ? Refusal.Of(RefusalKind.Rule, "work-term.unknown-branch", new Detail("branch", branch.Length > 40 || CardLikeText.Has(branch) ? "…" : branch))
                : from < tomorrow || from > tomorrow.AddDays(DaysAheadMax)
                    ? Refusal.Of(
                        RefusalKind.Invalid, "work-term.date", new Detail("first", $"{tomorrow:yyyy-MM-dd}"),
                        new Detail("last", $"{tomorrow.AddDays(DaysAheadMax):yyyy-MM-dd}"))
                : null) is { } refusal)
        {
            return refusal;
        }

        var word = MerchantRefusals.Word(request.Term);
        await using var insert = new NpgsqlCommand(
            """
            insert into work_term (term, branch_code, effective_from, value, source, why, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict on constraint work_term_pk do nothing
            """,
            connection);
        foreach (var value in (object[])[word, request.Branch ?? "", from, request.Value, request.Source!, request.Why!, actor, now])
        {
            insert.Parameters.Add(new() { Value = value });
        }

        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return Refusal.Of(RefusalKind.Conflict, "work-term.set-already", new Detail("term", word), new Detail("from", $"{from:yyyy-MM-dd}"));
        }

        var answer = new WorkTermSetAnswer(
            new(request.Term, request.Value, request.Branch, from, request.Source!, request.Why!, actor, new(now)), present + 1);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "workTerm.set", word, new { request.Value, request.Branch, from, request.Source, request.Why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "workTerm.set", word, answer.Calendar, new { request.Term, request.Value, request.Branch, effectiveFrom = from, actor }, now,
            cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private static Refusal? Check(SetWorkTermRequest request)
    {
        if (!Enum.IsDefined(request.Term))
        {
            return Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "term"));
        }

        var (min, max) = WorkTermRules.RangeOf(request.Term);
        return request.Value < min || request.Value > max
                ? Refusal.Of(
                    RefusalKind.Invalid, "work-term.range", new Detail("term", MerchantRefusals.Word(request.Term)), new Detail("min", $"{min}"),
                    new Detail("max", $"{max}"))
            : request.Branch is not null && WorkTermRules.IsOfWholeBank(request.Term)
                ? Refusal.Of(RefusalKind.Rule, "work-term.whole-bank", new Detail("term", MerchantRefusals.Word(request.Term)))
            : Text("source", request.Source, 200) ?? Text("why", request.Why, 500);
    }

    private static Refusal? Text(string field, string? text, int max) =>
        string.IsNullOrWhiteSpace(text) || text.Length > max
            ? Refusal.Of(RefusalKind.Invalid, "follow-up.text", new Detail("field", field), new Detail("max", $"{max}"))
        : CardLikeText.Has(text) ? Refusal.Of(RefusalKind.Invalid, "follow-up.card-in-text", new Detail("field", field))
        : null;

    private static async Task<(int Calendar, bool BranchKnown)> StateAsync(NpgsqlConnection connection, string branch, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock($1)") { Parameters = { new() { Value = DatabaseLocks.WorkTerms } } },
                new("select (select count(*) from work_term)::integer, exists (select from branch where branch_code = $1)") { Parameters = { new() { Value = branch } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetBoolean(1));
    }
}
