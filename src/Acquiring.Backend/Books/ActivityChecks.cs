namespace Acquiring.Backend.Books;

/// <summary>I4 for the lists: what their rows say of last sales and volumes is what the day volumes say, but for what is noted and waits.</summary>
internal static class ActivityChecks
{
    public static readonly SqlCheck Activity = new(
        "books.activity", "select (select count(*) from merchant) + (select count(*) from terminal)",
        Volume("merchant"), Volume("terminal"), LastSale("merchant"), LastSale("terminal"),
        """
        select 'terminal-registry' as miss, t.terminal_no as terminal
        from terminal t
        left join terminal_activity a using (terminal_id)
        where (a.installed_on, a.known_activity_on) is distinct from (t.installed_on, t.known_activity_on)
          and not exists (select from activity_delta d where d.terminal_id = t.terminal_id)
        """);

    /// <summary>Before the first refresh nobody is told anything.</summary>
    private const string Told = "(select refreshed_at from activity_refresh) > '-infinity'";

    private static string Volume(string of) =>
        $"""
        select '{of}-volume' as miss, o.{of}_no as {of}, a.volume_fen as stored, coalesce(v.net_fen, 0) - coalesce(n.net_fen, 0) as summed
        from {of} o
        left join {of}_activity a using ({of}_id)
        left join (
            select {of}_id, sum(gross_fen - refund_fen) as net_fen
            from day_volume where transaction_date >= (select window_from from activity_refresh) group by 1) v using ({of}_id)
        left join (
            select {of}_id, sum(net_fen) as net_fen
            from activity_delta where transaction_date >= (select window_from from activity_refresh) group by 1) n using ({of}_id)
        where {Told} and a.volume_fen is distinct from coalesce(v.net_fen, 0) - coalesce(n.net_fen, 0)
        """;

    private static string LastSale(string of) =>
        $"""
        select '{of}-last-sale' as miss, o.{of}_no as {of}, a.last_sale_on::text as stored, v.on_date::text as summed
        from {of}_activity a
        join {of} o using ({of}_id)
        cross join lateral (
            select coalesce((select d.transaction_date from day_volume d where d.{of}_id = a.{of}_id
                             group by d.transaction_date having sum(d.sales) > 0 order by d.transaction_date desc limit 1), '-infinity') as on_date) v
        where {Told} and a.last_sale_on <> v.on_date
          and not exists (select from activity_delta n where n.{of}_id = a.{of}_id)
        """;
}
