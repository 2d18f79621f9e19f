namespace Acquiring.Backend.Registry.Import;

/// <summary>What an import changes of known terminals: their record, and whom they work for.</summary>
internal static class TerminalChanges
{
    /// <summary>
    /// A new holder begins at the date the request gives; else at the new installation date when that changed and is later than
    /// the present holder's begin (a machine that moved was installed anew); else today. Known activity only moves forward.
    /// A machine on which people have acted stays as they left it: the file only moves its known activity on, and what it says otherwise
    /// is told (<see cref="Kept"/>).
    /// </summary>
    public static async Task FindAsync(ImportSql sql, CancellationToken cancellationToken)
    {
        await sql.RunAsync(
            """
            create temp table terminal_change (
                line integer, terminal_id integer, record boolean, holder boolean, decided boolean, live_from timestamptz, holder_from timestamptz
            ) on commit drop
            """,
            cancellationToken);
        await sql.RunAsync(
            """
            insert into terminal_change (line, terminal_id, record, holder, decided, live_from, holder_from)
            select line, terminal_id, record, holder, decided, live_from,
                   case when @holders_from is not null then @holders_from
                        when moved and installed_from > live_from then installed_from
                        else @today_from end
            from (
                select s.line, t.terminal_id, b.valid_from as live_from,
                       (s.installed_on::timestamp - interval '8 hours') at time zone 'UTC' as installed_from,
                       t.installed_on <> s.installed_on as moved,
                       not a.decided and m.merchant_no is distinct from s.merchant_no as holder,
                       a.decided,
                       case when a.decided then s.known_activity_on > coalesce(t.known_activity_on, '-infinity')
                       else (t.serial_no, t.model, t.installed_on, t.spare, t.installation_address, t.known_activity_on)
                           is distinct from (s.serial_no, s.model, s.installed_on, s.spare, s.installation_address,
                                             greatest(t.known_activity_on, s.known_activity_on)) end as record
                from staged_terminal s
                join terminal t on t.terminal_no = s.terminal_no
                left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
                left join merchant m on m.merchant_id = b.merchant_id
                cross join lateral (
                    select exists (select from terminal_step d where d.terminal_id = t.terminal_id) as decided) a
                where not s.bad
            ) compared
            where record or holder
            """,
            cancellationToken);
    }

    /// <summary>Plates are issued here and nowhere else: no file renumbers one, moves it, or gives its code to a machine.</summary>
    public static readonly string IsPlate = RowJudge.Marking("staged_terminal", """
        select s.line, s.terminal_no as found, t.terminal_no as word
        from staged_terminal s
        join terminal t on t.kind = 'qrPlate' and (t.terminal_no = s.terminal_no or t.serial_no = s.serial_no)
        where not s.bad
        """);

    public static readonly string HolderDateTaken = RowJudge.Marking("staged_terminal", """
        select c.line, s.merchant_no as found, to_char(c.live_from at time zone 'UTC' + interval '8 hours', 'YYYY-MM-DD') as word
        from terminal_change c
        join staged_terminal s on s.line = c.line
        where c.holder and c.live_from >= c.holder_from
        """);

    /// <summary>New machines and changed holders: a closed merchant takes none, whatever an old file says.</summary>
    public static readonly string HolderClosed = RowJudge.Marking("staged_terminal", """
        select s.line, s.merchant_no as found, m.state as word
        from staged_terminal s
        join merchant m on m.merchant_no = s.merchant_no and m.state = 'closed'
        where not s.bad
          and (not exists (select from terminal t where t.terminal_no = s.terminal_no)
               or exists (select from terminal_change c where c.line = s.line and c.holder))
        """);

    /// <summary>Taken, unless the terminal that has it gets another in the same import.</summary>
    public static readonly string SerialTaken = RowJudge.Marking("staged_terminal", """
        select s.line, s.serial_no as found, t.terminal_no as word
        from staged_terminal s
        join terminal t on t.serial_no = s.serial_no and t.terminal_no <> s.terminal_no
        where not s.bad
          and not exists (select from staged_terminal o
                          where o.terminal_no = t.terminal_no and not o.bad and o.serial_no <> s.serial_no
                            and not exists (select from terminal_step d where d.terminal_id = t.terminal_id))
          and not exists (select from terminal k join terminal_step d using (terminal_id) where k.terminal_no = s.terminal_no)
        """);

    /// <summary>Rows that say otherwise than people decided: line, which items, since when.</summary>
    public const string Kept =
        """
        select s.line, s.terminal_no,
               array_to_string(array_remove(array[
                   case when m.merchant_no is distinct from s.merchant_no then 'merchant_no' end,
                   case when t.serial_no <> s.serial_no then 'serial_no' end,
                   case when t.model <> s.model then 'model' end,
                   case when t.installed_on <> s.installed_on then 'installed_on' end,
                   case when t.spare <> s.spare then 'spare' end,
                   case when t.installation_address <> s.installation_address then 'installation_address' end], null), ', '),
               to_char(d.at at time zone 'UTC' + interval '8 hours', 'YYYY-MM-DD')
        from staged_terminal s
        join terminal t on t.terminal_no = s.terminal_no
        cross join lateral (select max(at) as at from terminal_step d where d.terminal_id = t.terminal_id) d
        left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
        left join merchant m on m.merchant_id = b.merchant_id
        where not s.bad and d.at is not null
          and (m.merchant_no, t.serial_no, t.model, t.installed_on, t.spare, t.installation_address)
              is distinct from (s.merchant_no, s.serial_no, s.model, s.installed_on, s.spare, s.installation_address)
        order by s.line
        """;

    public static Task<int> AddAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        with added as (
            insert into terminal (terminal_no, serial_no, model, installed_on, known_activity_on, spare, installation_address, changed_at, known_from)
            select s.terminal_no, s.serial_no, s.model, s.installed_on, s.known_activity_on, s.spare, s.installation_address, @now, @now
            from staged_terminal s
            where not s.bad and not exists (select from terminal t where t.terminal_no = s.terminal_no)
            order by s.terminal_no
            returning terminal_id, terminal_no
        )
        insert into terminal_binding (terminal_id, merchant_id, valid_from)
        select a.terminal_id, m.merchant_id, '-infinity'
        from added a
        join staged_terminal s on s.terminal_no = a.terminal_no
        join merchant m on m.merchant_no = s.merchant_no
        order by a.terminal_id
        """,
        cancellationToken);

    public static Task<int> UpdateAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        with locked as materialized (
            select t.terminal_id, c.line, c.decided
            from terminal t
            join terminal_change c on c.terminal_id = t.terminal_id and c.record
            order by t.terminal_id
            for no key update of t
        )
        update terminal t
        set serial_no = case when l.decided then t.serial_no else s.serial_no end,
            model = case when l.decided then t.model else s.model end,
            installed_on = case when l.decided then t.installed_on else s.installed_on end,
            spare = case when l.decided then t.spare else s.spare end,
            installation_address = case when l.decided then t.installation_address else s.installation_address end,
            known_activity_on = greatest(t.known_activity_on, s.known_activity_on),
            version = t.version + 1, changed_at = @now
        from locked l
        join staged_terminal s on s.line = l.line and not s.bad
        where t.terminal_id = l.terminal_id
        """,
        cancellationToken);

    public static async Task<int> RebindAsync(ImportSql sql, CancellationToken cancellationToken)
    {
        await sql.RunAsync(
            """
            update terminal_binding b
            set valid_to = c.holder_from
            from terminal_change c
            join staged_terminal s on s.line = c.line and not s.bad
            where c.holder and b.terminal_id = c.terminal_id and b.valid_to = 'infinity'
            """,
            cancellationToken);
        return await sql.RunAsync(
            """
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select c.terminal_id, m.merchant_id, c.holder_from
            from terminal_change c
            join staged_terminal s on s.line = c.line and not s.bad
            join merchant m on m.merchant_no = s.merchant_no
            where c.holder
            order by c.terminal_id
            """,
            cancellationToken);
    }

    public static Task<int> CountAsync(ImportSql sql, CancellationToken cancellationToken) => sql.CountAsync(
        "select count(*) from terminal_change c join staged_terminal s on s.line = c.line and not s.bad", cancellationToken);
}
