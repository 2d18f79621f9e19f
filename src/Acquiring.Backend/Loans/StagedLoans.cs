using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Loans;

/// <summary>The rows of a list beside what is known, judged in the database; gone with the transaction.</summary>
internal static class StagedLoans
{
    public static async Task StageAsync(NpgsqlConnection connection, Stream body, CsvRows rows, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            """
            create temp table staged_loan (line integer, merchant_no text, loan_ref text, product text, principal_fen bigint, outstanding_fen bigint,
                                           disbursed_on date, next_due_on date, share_per_ten_million bigint, declared_turnover_fen bigint, as_of date)
            on commit drop
            """,
            cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync("copy staged_loan from stdin (format binary)", cancellationToken);
        await foreach (var (line, row) in rows.ReadAsync(body, LoanRow.Read, cancellationToken))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(line, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.MerchantNo, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.LoanRef, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Product, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(copy, row.PrincipalFen, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.OutstandingFen, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.DisbursedOn, NpgsqlDbType.Date, cancellationToken);
            await WriteAsync(copy, row.NextDueOn, NpgsqlDbType.Date, cancellationToken);
            await copy.WriteAsync(row.Share.PerTenMillion, NpgsqlDbType.Bigint, cancellationToken);
            await WriteAsync(copy, row.DeclaredTurnoverFen, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.AsOf, NpgsqlDbType.Date, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Joins each row with what is known of its loan, and finds the faults that one row alone does not show. Bad rows are taken out.</summary>
    /// <param name="isFull">Then all rows must be of one date.</param>
    public static async Task JudgeAsync(NpgsqlConnection connection, CsvRows rows, bool isFull, DateOnly today, CancellationToken cancellationToken)
    {
        // at_it: what was known on the row's date. bound: from when on something is known that a list said: that the loan began, changed, stayed as it
        // was, or, by a full list, was not there.
        await ExecuteAsync(
            connection,
            """
            create temp table judged_loan on commit drop as
            select s.*, m.merchant_id, l.loan_id, l.merchant_id as loan_merchant_id, last.valid_from as last_from, last.valid_to as last_to,
                   greatest(case when last.valid_to = 'infinity' then last.valid_from else last.valid_to end, l.listed_on,
                            (select max(f.as_of) from loan_full_list f)) as bound,
                   case when at_it.loan_id is null then s.outstanding_fen = 0
                        else (at_it.product, at_it.principal_fen, at_it.outstanding_fen, at_it.disbursed_on, at_it.next_due_on,
                              at_it.share_per_ten_million, at_it.declared_turnover_fen)
                             is not distinct from
                             (s.product, s.principal_fen, s.outstanding_fen, s.disbursed_on, s.next_due_on, s.share_per_ten_million, s.declared_turnover_fen)
                   end as same,
                   min(s.line) over (partition by s.loan_ref) as first_line, first_value(s.as_of) over (order by s.line) as list_date
            from staged_loan s
            left join merchant m using (merchant_no)
            left join loan l using (loan_ref)
            left join lateral (select * from loan_version v where v.loan_id = l.loan_id order by v.valid_from desc limit 1) last on true
            left join loan_version at_it on at_it.loan_id = l.loan_id and at_it.valid_from <= s.as_of and at_it.valid_to > s.as_of
            """,
            cancellationToken);
        await using (var command = new NpgsqlCommand(
            """
            select line, 'loan_ref', 'registry.row.repeated', loan_ref, first_line::text from judged_loan where line > first_line
            union all select line, 'merchant_no', 'loan.cell.unknown-merchant', merchant_no, '' from judged_loan where merchant_id is null
            union all select line, 'merchant_no', 'loan.cell.other-merchant', merchant_no, loan_ref from judged_loan where merchant_id <> loan_merchant_id
            union all select line, 'as_of', 'loan.cell.future', as_of::text, $1::text from judged_loan where as_of > $1
            union all select line, 'as_of', 'loan.cell.other-date', as_of::text, list_date::text from judged_loan where $2 and as_of <> list_date
            union all select line, 'disbursed_on', 'loan.cell.disbursed', disbursed_on::text, as_of::text from judged_loan where disbursed_on > as_of
            union all select line, 'principal', 'loan.cell.principal', principal_fen::text, outstanding_fen::text from judged_loan
                      where outstanding_fen > principal_fen
            union all select line, 'as_of', 'loan.cell.older', as_of::text, bound::text from judged_loan where not same and as_of < bound
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = today });
            command.Parameters.Add(new() { Value = isFull });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Fault(
                    reader.GetInt32(0), new(reader.GetString(1), reader.GetString(2), FoundText.Of(reader.GetString(3)), new Detail("other", reader.GetString(4))));
            }
        }

        var bad = new List<int>();
        await using (var lines = new NpgsqlCommand("select line from judged_loan", connection))
        await using (var reader = await lines.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (!rows.IsGood(reader.GetInt32(0)))
                {
                    bad.Add(reader.GetInt32(0));
                }
            }
        }

        await ExecuteAsync(connection, "delete from judged_loan where line = any($1)", cancellationToken, bad.ToArray());
    }

    /// <summary>
    /// A loan that was open on the list's date and that the list has not, where a list of the same or a later date had it: the two cannot both be
    /// whole. Only to be asked of a list without bad rows.
    /// </summary>
    public static async Task<string?> ContradictedAsync(NpgsqlConnection connection, DateOnly asOf, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select l.loan_ref
            from loan_version v
            join loan l using (loan_id)
            where v.valid_from <= $1 and v.valid_to > $1 and (v.valid_to < 'infinity' or v.valid_from = $1 or l.listed_on >= $1)
              and not exists (select from judged_loan s where s.loan_id = l.loan_id)
            order by 1
            limit 1
            """,
            connection);
        command.Parameters.Add(new() { Value = asOf });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    internal static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancellationToken)
        where T : struct => value is { } known ? copy.WriteAsync(known, type, cancellationToken) : copy.WriteNullAsync(cancellationToken);
}
