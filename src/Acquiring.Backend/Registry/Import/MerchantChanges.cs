namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// What an import changes of known merchants: their record, and their price. The price of a file is compared with the latest plan, also
/// when that takes effect later only, and with the latest plan that an import made: so the same file again finds nothing to change, nor
/// does it undo a price that was changed since by a person.
/// </summary>
internal static class MerchantChanges
{
    public static Task<int> FindAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        create temp table merchant_change on commit drop as
        select line, merchant_id, latest_from, record, price, mcc
        from (
            select s.line, m.merchant_id, p.effective_from as latest_from,
                   coalesce(m.imported_mcc, m.mcc) <> s.mcc and m.mcc <> s.mcc as mcc,
                   (m.name, coalesce(m.imported_mcc, m.mcc), coalesce(m.imported_branch_code, m.branch_code), m.township, m.credit_code_mark, m.settlement_account_mark)
                       is distinct from (s.name, s.mcc, s.branch_code, s.township, s.credit_code_mark, s.settlement_account_mark)
                   or (s.trade_name <> '' and s.trade_name <> m.trade_name) as record,
                   (p.debit_rate_per_ten_million, p.debit_cap_fen, p.credit_rate_per_ten_million, p.credit_cap_fen)
                       is distinct from (s.debit_rate, s.debit_cap, s.credit_rate, s.credit_cap)
                   and (i.debit_rate_per_ten_million, i.debit_cap_fen, i.credit_rate_per_ten_million, i.credit_cap_fen)
                       is distinct from (s.debit_rate, s.debit_cap, s.credit_rate, s.credit_cap) as price
            from staged_merchant s
            join merchant m on m.merchant_no = s.merchant_no
            left join (
                select distinct on (merchant_id) * from fee_plan order by merchant_id, effective_from desc
            ) p on p.merchant_id = m.merchant_id
            left join (
                select distinct on (merchant_id) * from fee_plan where source = 'import' order by merchant_id, effective_from desc
            ) i on i.merchant_id = m.merchant_id
            where not s.bad
        ) compared
        where record or price
        """,
        cancellationToken);

    /// <summary>Plans are append-only, and a plan between two others would change prices nobody spoke of.</summary>
    public static readonly string PriceDateTaken = RowJudge.Marking("staged_merchant", """
        select c.line, s.merchant_no as found, c.latest_from::text as word
        from merchant_change c
        join staged_merchant s on s.line = c.line
        where c.price and c.latest_from >= @prices_from
        """);

    /// <summary>A journal row keeps the fee of the plan it was priced with; a plan that came before it would contradict it.</summary>
    public static readonly string PriceAlreadyUsed = RowJudge.Marking("staged_merchant", """
        select c.line, s.merchant_no as found, max(v.transaction_date)::text as word
        from merchant_change c
        join staged_merchant s on s.line = c.line
        join day_volume_current v on v.merchant_id = c.merchant_id and v.transaction_date >= @prices_from
        where c.price and not s.bad
        group by c.line, s.merchant_no
        """);

    public static Task<int> AddAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        with added as (
            insert into merchant (merchant_no, name, mcc, branch_code, township, credit_code_sealed, credit_code_mark,
                                  settlement_account_sealed, settlement_account_mark, trade_name, changed_at, known_from)
            select s.merchant_no, s.name, s.mcc, s.branch_code, s.township, s.credit_code_sealed, s.credit_code_mark,
                   s.settlement_account_sealed, s.settlement_account_mark, s.trade_name, @now, @now
            from staged_merchant s
            where not s.bad and not exists (select from merchant m where m.merchant_no = s.merchant_no)
            order by s.merchant_no
            returning merchant_id, merchant_no
        )
        insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, debit_cap_fen,
                              credit_rate_per_ten_million, credit_cap_fen, source, created_at)
        select a.merchant_id, '-infinity', s.debit_rate, s.debit_cap, s.credit_rate, s.credit_cap, 'import', @now
        from added a
        join staged_merchant s on s.merchant_no = a.merchant_no
        order by a.merchant_id
        """,
        cancellationToken);

    /// <summary>An MCC prices from its date on, so it keeps to the rules of prices: never back to what is priced or decided.</summary>
    public static readonly string MccDateTaken = RowJudge.Marking("staged_merchant", """
        select c.line, s.mcc as found, max(d.effective_from)::text as word
        from merchant_change c
        join staged_merchant s on s.line = c.line
        join merchant_mcc d on d.merchant_id = c.merchant_id and d.effective_from > @prices_from
        where c.mcc and not s.bad
        group by c.line, s.mcc
        """);

    public static readonly string MccAlreadyUsed = RowJudge.Marking("staged_merchant", """
        select c.line, s.mcc as found, max(v.transaction_date)::text as word
        from merchant_change c
        join staged_merchant s on s.line = c.line
        join day_volume_current v on v.merchant_id = c.merchant_id and v.transaction_date >= @prices_from
        where c.mcc and not s.bad
        group by c.line, s.mcc
        """);

    /// <summary>Before the records are written, since it keeps the MCC that they still have. The version is the one the update makes.</summary>
    public static Task<int> AddMccsAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
        select m.merchant_id, m.version + 1, @prices_from, s.mcc, m.mcc, '', '', 'import', 'import', @now
        from merchant_change c
        join staged_merchant s on s.line = c.line and not s.bad
        join merchant m on m.merchant_id = c.merchant_id
        where c.mcc
        order by m.merchant_id
        """,
        cancellationToken);

    /// <summary>
    /// A merchant that the file puts under another branch is there from today on; before the records are written. The file speaks of branches,
    /// not of hands: whoever has it keeps it, and a handover that is planned for later stays planned, under the new branch.
    /// </summary>
    public static Task<int> MoveAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        select move_merchant_care(m.merchant_id, (@today_from at time zone 'UTC' + interval '8 hours')::date, m.branch_code, s.branch_code)
        from (select c.line, c.merchant_id from merchant_change c where c.record order by c.merchant_id) c
        join staged_merchant s on s.line = c.line and not s.bad
        join merchant m on m.merchant_id = c.merchant_id
        where s.branch_code <> coalesce(m.imported_branch_code, m.branch_code) and s.branch_code <> m.branch_code
        """,
        cancellationToken);

    /// <summary>A sealed value that still says the same stays as it is: sealing it anew would only wear the row.</summary>
    public static Task<int> UpdateAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        with locked as materialized (
            select m.merchant_id, c.line
            from merchant m
            join merchant_change c on c.merchant_id = m.merchant_id and c.record
            order by m.merchant_id
            for no key update of m
        )
        update merchant m
        set name = s.name, township = s.township, trade_name = case when s.trade_name = '' then m.trade_name else s.trade_name end,
            mcc = case when s.mcc = coalesce(m.imported_mcc, m.mcc) then m.mcc else s.mcc end,
            imported_mcc = case when s.mcc = coalesce(m.imported_mcc, m.mcc) then m.imported_mcc end,
            branch_code = case when s.branch_code = coalesce(m.imported_branch_code, m.branch_code) then m.branch_code else s.branch_code end,
            imported_branch_code = case when s.branch_code = coalesce(m.imported_branch_code, m.branch_code) then m.imported_branch_code end,
            credit_code_sealed = case when m.credit_code_mark = s.credit_code_mark then m.credit_code_sealed else s.credit_code_sealed end,
            credit_code_mark = s.credit_code_mark,
            settlement_account_sealed = case when m.settlement_account_mark = s.settlement_account_mark
                                             then m.settlement_account_sealed else s.settlement_account_sealed end,
            settlement_account_mark = s.settlement_account_mark,
            version = m.version + 1, changed_at = @now
        from locked l
        join staged_merchant s on s.line = l.line and not s.bad
        where m.merchant_id = l.merchant_id
        """,
        cancellationToken);

    public static Task<int> AddPricesAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, debit_cap_fen,
                              credit_rate_per_ten_million, credit_cap_fen, source, created_at)
        select c.merchant_id, @prices_from, s.debit_rate, s.debit_cap, s.credit_rate, s.credit_cap, 'import', @now
        from merchant_change c
        join staged_merchant s on s.line = c.line and not s.bad
        where c.price
        order by c.merchant_id
        """,
        cancellationToken);

    public static Task<int> CountAsync(ImportSql sql, CancellationToken cancellationToken) => sql.CountAsync(
        "select count(*) from merchant_change c join staged_merchant s on s.line = c.line and not s.bad", cancellationToken);
}
