using System.Runtime.CompilerServices;
using System.Text.Json;
using Acquiring.Backend.Days;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Core.Loans;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Loans;

/// <summary>Loans as they were on a date, with their return flow: a page at a time, all of a filter, or one with its history.</summary>
public sealed class LoanReader(NpgsqlDataSource database, TimeProvider clock)
{
    public const int WindowDaysDefault = 30;

    internal static readonly IReadOnlyList<string> ExportParameterNames = ["merchantNo", "branch", "quietDaysMin", "on", "days"];
    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    private static readonly DateOnly s_first = new(2000, 1, 1);

    internal async Task<Page<LoanAnswer>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit).Value;
        var after = Cursor.ReadNumber(parameters.Text("cursor", Cursor.LengthMax)).Value;
        var rows = new List<(int LoanId, LoanAnswer Loan)>();
        await foreach (var row in RowsAsync(parameters, null, after, page.Limit + 1, cancellationToken))
        {
            rows.Add(row);
        }

        var cut = page.Cut(rows, r => [$"{r.LoanId}"]);
        return new([.. cut.Items.Select(r => r.Loan)], cut.Next);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<LoanAnswer> AllAsync(ListParameters parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, loan) in RowsAsync(parameters, null, null, null, cancellationToken))
        {
            yield return loan;
        }
    }

    /// <summary>Refuses an unknown loan.</summary>
    internal async Task<Result<LoanWithHistoryAnswer>> FindAsync(string loanRef, ListParameters parameters, CancellationToken cancellationToken)
    {
        LoanAnswer? present = null;
        await foreach (var (_, loan) in RowsAsync(parameters, loanRef, null, 1, cancellationToken))
        {
            present = loan;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("select m.merchant_no from loan l join merchant m using (merchant_id) where l.loan_ref = $1"));
        batch.BatchCommands.Add(new(
            """
            select v.valid_from, nullif(v.valid_to, 'infinity'), v.product, v.principal_fen, v.outstanding_fen, v.disbursed_on, v.next_due_on,
                   v.share_per_ten_million, v.declared_turnover_fen
            from loan_version v join loan l using (loan_id) where l.loan_ref = $1 order by v.valid_from
            """));
        batch.BatchCommands.Add(new(
            "select s.version, s.act, s.as_of, s.details::text, s.actor, s.at from loan_step s join loan l using (loan_id) where l.loan_ref = $1 order by s.version"));
        foreach (var command in batch.BatchCommands)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = loanRef });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return LoanRefusals.Unknown(loanRef);
        }

        var merchantNo = reader.GetString(0);
        var (versions, steps) = (new List<LoanVersionAnswer>(), new List<LoanStepAnswer>());
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            versions.Add(new(
                reader.GetFieldValue<DateOnly>(0), DateOrNull(reader, 1), reader.GetString(2), MoneyOrNull(reader, 3), new(reader.GetInt64(4)),
                reader.GetFieldValue<DateOnly>(5), DateOrNull(reader, 6), new Rate(reader.GetInt64(7)).ToString(), MoneyOrNull(reader, 8)));
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            steps.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), JsonElement.Parse(reader.GetString(3)), reader.GetString(4),
                new(reader.GetDateTime(5))));
        }

        return new LoanWithHistoryAnswer(loanRef, merchantNo, On(parameters), present, versions, steps);
    }

    /// <summary>Of today; <c>null</c> for a merchant without a loan.</summary>
    internal async Task<MerchantLoansAnswer?> OfMerchantAsync(string merchantNo, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select count(*)::integer, sum(v.outstanding_fen)::bigint, min(v.disbursed_on), array_agg(l.loan_ref order by l.loan_ref)
            from merchant m
            join loan l using (merchant_id)
            join loan_version v using (loan_id)
            where m.merchant_no = $1 and v.valid_from <= $2 and v.valid_to > $2
            having count(*) > 0
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = BusinessTime.Today(clock) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetInt32(0), new(reader.GetInt64(1)), reader.GetFieldValue<DateOnly>(2), reader.GetFieldValue<string[]>(3))
            : null;
    }

    private DateOnly On(ListParameters parameters)
    {
        var today = BusinessTime.Today(clock);
        var on = parameters.Date("on") ?? today;
        return on >= s_first && on <= today ? on : throw new RefusedException(LoanRefusals.DateRange(s_first, today));
    }

    private async IAsyncEnumerable<(int LoanId, LoanAnswer Loan)> RowsAsync(
        ListParameters parameters, string? loanRef, long? after, int? rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var on = On(parameters);
        var days = (int)(parameters.Number("days", 1, ReturnFlow.DaysMax) ?? WindowDaysDefault);
        var quietDaysMin = (int)(parameters.Number("quietDaysMin", 0, 3_660) ?? 0);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var incomplete = await FileCalendarStore.IncompleteOnAsync(connection, on, cancellationToken);
        await using var command = await CommandAsync(connection, parameters, (on, days, incomplete), quietDaysMin, loanRef, after, rows, cancellationToken);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return (reader.GetInt32(0), Read(reader, on, days, incomplete));
        }
    }

    private static async Task<NpgsqlCommand> CommandAsync(
        NpgsqlConnection connection, ListParameters parameters, (DateOnly On, int Days, IReadOnlyList<DateOnly> Incomplete) window, int quietDaysMin,
        string? loanRef, long? after, int? rows, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        var on = where.Value(window.On, NpgsqlDbType.Date);
        var from = where.Value(window.On.AddDays(1 - window.Days), NpgsqlDbType.Date);
        where.Add($"v.valid_from <= {on} and v.valid_to > {on}");
        if (loanRef is not null)
        {
            where.Add($"l.loan_ref = {where.Value(loanRef, NpgsqlDbType.Text)}");
        }

        if (after is { } id)
        {
            where.Add($"l.loan_id > {where.Value(id, NpgsqlDbType.Bigint)}");
        }

        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        if (parameters.RegistryText("branch") is { } branch)
        {
            var branches = await ListFilter.SubtreeAsync(connection, branch, cancellationToken);
            where.Add($"m.branch_code = any({where.Value(branches, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (quietDaysMin > 0)
        {
            var incomplete = where.Value(window.Incomplete.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Date);
            const string since = "greatest(a.active_on, v.disbursed_on)";
            where.Add(
                $"{on} - {since} - (select count(*) from unnest({incomplete}) i where i > {since}) >= {where.Value(quietDaysMin, NpgsqlDbType.Integer)}");
        }

        var command = new NpgsqlCommand(
            $"""
            select l.loan_id, l.loan_ref, m.merchant_no, m.name, m.branch_code, v.product, v.principal_fen, v.outstanding_fen, v.disbursed_on, v.next_due_on,
                   v.share_per_ten_million, v.declared_turnover_fen, v.valid_from, l.version, a.active_on, merchant_net_days(l.merchant_id, {from}, {on})
            from loan l
            join loan_version v using (loan_id)
            join merchant m using (merchant_id)
            cross join lateral (select merchant_active_on(l.merchant_id, {on}) as active_on) a
            {where.Where}
            order by l.loan_id
            {(rows is { } most ? $"limit {most}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private static LoanAnswer Read(NpgsqlDataReader r, DateOnly on, int days, IReadOnlyList<DateOnly> incomplete)
    {
        var (outstanding, share, declared) = (r.GetInt64(7), new Rate(r.GetInt64(10)), MoneyOrNull(r, 11));
        var (disbursedOn, activeOn) = (r.GetFieldValue<DateOnly>(8), DateOrNull(r, 14));
        var flow = ReturnFlow.Of(new(outstanding, share, declared?.AmountFen), days, r.GetFieldValue<long[]>(15));
        var from = on.AddDays(1 - days);
        return new(
            r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), on, r.GetString(5), MoneyOrNull(r, 6), new(outstanding), disbursedOn,
            DateOrNull(r, 9), share.ToString(), declared, r.GetFieldValue<DateOnly>(12), r.GetInt32(13), activeOn,
            QuietDays.Of(activeOn is { } active && active > disbursedOn ? active : disbursedOn, on, incomplete),
            new(from, days, incomplete.Count(d => d >= from), new(flow.NetFen), new(flow.ExpectedFen), flow.TurnoverPerTenThousand, flow.LoanPerTenThousand));
    }

    private static DateOnly? DateOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);

    private static Money? MoneyOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : new Money(reader.GetInt64(column));
}
