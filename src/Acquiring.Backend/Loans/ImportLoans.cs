using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Loans;

/// <summary>What a list of loans did, or in a dry run would do.</summary>
/// <param name="Rows">What the file says, by row. Added are those that opened, reopened, changed, corrected or closed a loan.</param>
/// <param name="Missing">Open loans that a full list has no more: closed, or held back.</param>
/// <param name="HeldBack">Whether bad rows kept the missing ones open: a bad row may be one of them.</param>
public sealed record LoanImportAnswer(CsvImportAnswer Rows, int Opened, int Reopened, int Changed, int Corrected, int Closed, int Missing, bool HeldBack);

/// <param name="IsFull">A loan that is open and not in the list is closed as of the list's date.</param>
/// <param name="GoodRowsOnly">Bad rows are told and the rest stands; else one bad row stops all.</param>
internal sealed record LoanImportRequest(bool IsFull, bool GoodRowsOnly, bool DryRun, string Actor, CultureInfo Language);

/// <summary>
/// Takes a list of loans in: each row says what a loan is from its date on. One transaction; the same list again changes nothing, also when later
/// ones came in between.
/// </summary>
public sealed class ImportLoans(NpgsqlDataSource database, TimeProvider clock, TextCatalog texts)
{
    /// <summary>
    /// The changes, each one with its act. An owed amount of 0 closes. On the date on which the present version began, a change is a correction of it;
    /// its steps keep what it was.
    /// </summary>
    private const string PlanSql =
        """
        create temp table planned_loan on commit drop as
        select s.*, case
                   when s.outstanding_fen = 0 then 'close'
                   when s.loan_id is null then 'open'
                   when s.last_to is distinct from 'infinity' then 'reopen'
                   when s.last_from = s.as_of then 'correct'
                   else 'change' end as act
        from judged_loan s
        where not s.same
        """;

    private const string MissingSql =
        """
        insert into planned_loan (loan_id, loan_ref, merchant_id, as_of, last_from, last_to, act)
        select l.loan_id, l.loan_ref, l.merchant_id, $1, v.valid_from, v.valid_to, 'close'
        from loan_version v
        join loan l using (loan_id)
        where v.valid_to = 'infinity' and v.valid_from < $1 and not exists (select from judged_loan s where s.loan_id = l.loan_id)
        """;

    /// <summary>Refuses what makes the whole file unreadable, a full list without rows, one that contradicts a later one.</summary>
    internal async Task<Result<LoanImportAnswer>> RunAsync(Stream body, LoanImportRequest request, CancellationToken cancellationToken)
    {
        var rows = new CsvRows("loans", LoanRow.Columns, LoanRow.OptionalColumns);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await StagedLoans.StageAsync(connection, body, rows, cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }

        await StagedLoans.ExecuteAsync(connection, $"select pg_advisory_xact_lock({DatabaseLocks.Loans})", cancellationToken);
        await StagedLoans.JudgeAsync(connection, rows, request.IsFull, BusinessTime.Today(clock), cancellationToken);
        if (rows.Bad > 0 && !request.GoodRowsOnly)
        {
            return Answer(rows, request, [], 0);
        }

        await StagedLoans.ExecuteAsync(connection, PlanSql, cancellationToken);
        var named = await CountsAsync(connection, cancellationToken);
        var missing = 0;
        if (request.IsFull)
        {
            var asOf = await ListDateAsync(connection, cancellationToken);
            if (asOf is null || rows.Rows == 0)
            {
                return rows.Bad > 0 ? Answer(rows, request, [], 0) : LoanRefusals.FullIsEmpty();
            }

            if (rows.Bad == 0 && await StagedLoans.ContradictedAsync(connection, asOf.Value, cancellationToken) is { } contradicted)
            {
                return LoanRefusals.Contradicts(contradicted, asOf.Value);
            }

            missing = await MissingAsync(connection, asOf.Value, write: rows.Bad == 0, cancellationToken);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var changes = await ApplyAsync(connection, request.Actor, now, cancellationToken);
        await KeepDatesAsync(connection, isWhole: request.IsFull && rows.Bad == 0, cancellationToken);
        var answer = Answer(rows, request, named, missing);
        if (!request.DryRun)
        {
            if (changes > 0)
            {
                await RecordAsync(connection, transaction, request, answer, changes, now, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return answer;
    }

    private LoanImportAnswer Answer(CsvRows rows, LoanImportRequest request, Dictionary<string, int> acts, int missing)
    {
        var told = rows.Answer(request.DryRun, acts.Values.Sum(), texts, request.Language);
        if (request.GoodRowsOnly && rows.Bad > 0)
        {
            told = told with { Unchanged = rows.Rows - rows.Bad - told.Added };
        }

        var heldBack = request.IsFull && rows.Bad > 0;
        return new(
            told, Of("open"), Of("reopen"), Of("change"), Of("correct"), Of("close") + (heldBack ? 0 : missing), missing, heldBack);

        int Of(string act) => acts.GetValueOrDefault(act);
    }

    private static async Task<Dictionary<string, int>> CountsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select act, count(*)::integer from planned_loan group by act", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return counts;
    }

    private static async Task<DateOnly?> ListDateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select as_of from judged_loan limit 1", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is DateOnly date ? date : null;
    }

    private static async Task<int> MissingAsync(NpgsqlConnection connection, DateOnly asOf, bool write, CancellationToken cancellationToken)
    {
        if (write)
        {
            return await StagedLoans.ExecuteAsync(connection, MissingSql, cancellationToken, asOf);
        }

        await using var command = new NpgsqlCommand(
            $"select count(*)::integer from ({MissingSql[MissingSql.IndexOf("select", StringComparison.Ordinal)..]}) m", connection);
        command.Parameters.Add(new() { Value = asOf });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Writes what is planned: versions, loans, steps and word of what opened and closed. Returns how many loans changed.</summary>
    private static async Task<int> ApplyAsync(NpgsqlConnection connection, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await StagedLoans.ExecuteAsync(
            connection,
            """
            insert into loan (loan_ref, merchant_id, version) select loan_ref, merchant_id, 0 from planned_loan where act = 'open' order by loan_ref
            """,
            cancellationToken);
        await StagedLoans.ExecuteAsync(
            connection, "update planned_loan p set loan_id = l.loan_id from loan l where l.loan_ref = p.loan_ref and p.loan_id is null", cancellationToken);
        // What began on the very date goes, and comes again where it is corrected: a version of no day there is none.
        await StagedLoans.ExecuteAsync(
            connection,
            """
            delete from loan_version v using planned_loan p
            where v.loan_id = p.loan_id and v.valid_from = p.as_of and v.valid_to = 'infinity' and p.act in ('correct', 'close')
            """,
            cancellationToken);
        await StagedLoans.ExecuteAsync(
            connection,
            """
            update loan_version v set valid_to = p.as_of from planned_loan p
            where v.loan_id = p.loan_id and v.valid_to = 'infinity' and v.valid_from < p.as_of and p.act in ('change', 'close')
            """,
            cancellationToken);
        await StagedLoans.ExecuteAsync(
            connection,
            """
            insert into loan_version (loan_id, valid_from, product, principal_fen, outstanding_fen, disbursed_on, next_due_on, share_per_ten_million,
                                      declared_turnover_fen)
            select loan_id, as_of, product, principal_fen, outstanding_fen, disbursed_on, next_due_on, share_per_ten_million, declared_turnover_fen
            from planned_loan where act <> 'close'
            """,
            cancellationToken);
        return await StagedLoans.ExecuteAsync(
            connection,
            """
            with stepped as (
                update loan l set version = l.version + 1 from planned_loan p where l.loan_id = p.loan_id
                returning l.loan_id, l.version, l.loan_ref, l.merchant_id, p.act, p.as_of, p.outstanding_fen, p.principal_fen, p.disbursed_on,
                          p.next_due_on, p.share_per_ten_million, p.declared_turnover_fen, p.product
            ), told as (
                insert into outbox_event (type, object_key, object_version, payload, at)
                select 'loan.' || s.act, 'loan-' || s.loan_ref, s.version,
                       jsonb_build_object('loanRef', s.loan_ref, 'merchantNo', m.merchant_no, 'version', s.version, 'asOf', s.as_of,
                                          'outstandingFen', coalesce(s.outstanding_fen, 0), 'actor', $1), $2
                from stepped s join merchant m using (merchant_id)
                where s.act in ('open', 'reopen', 'close')
                order by s.loan_id
            )
            insert into loan_step (loan_id, version, act, as_of, details, actor, at)
            select loan_id, version, act, as_of,
                   case when act = 'close' then jsonb_build_object('listed', product is not null)
                        else jsonb_strip_nulls(jsonb_build_object('product', product, 'principalFen', principal_fen, 'outstandingFen', outstanding_fen,
                                 'disbursedOn', disbursed_on, 'nextDueOn', next_due_on, 'sharePerTenMillion', share_per_ten_million,
                                 'declaredMonthlyTurnoverFen', declared_turnover_fen)) end, $1, $2
            from stepped
            """,
            cancellationToken, actor, nowUtc);
    }

    /// <summary>Also of what the list confirms: an older list that comes later must not undo it.</summary>
    private static async Task KeepDatesAsync(NpgsqlConnection connection, bool isWhole, CancellationToken cancellationToken)
    {
        await StagedLoans.ExecuteAsync(
            connection, "update loan l set listed_on = j.as_of from judged_loan j where j.loan_ref = l.loan_ref and l.listed_on < j.as_of", cancellationToken);
        if (isWhole)
        {
            await StagedLoans.ExecuteAsync(
                connection, "insert into loan_full_list (as_of) select distinct as_of from judged_loan on conflict do nothing", cancellationToken);
        }
    }

    private async Task RecordAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, LoanImportRequest request, LoanImportAnswer answer, int changes, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into loan_list (as_of, is_full, rows, changes, actor, at) select max(as_of), $1, $2, $3, $4, $5 from planned_loan returning loan_list_id
            """,
            connection);
        foreach (var value in (ReadOnlySpan<object>)[request.IsFull, answer.Rows.Rows, changes, request.Actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        var list = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        var details = new
        {
            mode = request.IsFull ? "full" : "changes", answer.Rows.Rows, answer.Rows.Bad, answer.Opened, answer.Reopened, answer.Changed, answer.Corrected, answer.Closed,
        };
        await AuditLog.AppendAsync(connection, transaction, clock, request.Actor, "loans.import", $"{list}", details, cancellationToken);
        await Outbox.AppendAsync(connection, "loans.imported", "loans", list, details, nowUtc, cancellationToken);
    }
}
