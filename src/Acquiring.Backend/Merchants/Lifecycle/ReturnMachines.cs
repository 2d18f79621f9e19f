using Npgsql;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>A closed merchant's machines go back to stock, its QR plates are withdrawn for good: their bindings end now, each with a step of its own history.</summary>
internal static class ReturnMachines
{
    public static async Task RunAsync(
        NpgsqlConnection connection, int merchantId, string merchantNo, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        // In key order. A binding that is still to begin ends a second after its begin, since it cannot end before.
        await using var command = new NpgsqlCommand(
            """
            with held as materialized (
                select t.terminal_id, t.state, b.valid_from, t.kind
                from terminal t
                join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
                where b.merchant_id = $1
                order by t.terminal_id
                for update of t
            ), ended as (
                update terminal_binding b set valid_to = greatest($3, h.valid_from + interval '1 second')
                from held h
                where b.terminal_id = h.terminal_id and b.valid_to = 'infinity'
            ), returned as (
                update terminal t set state = case h.kind when 'qrPlate' then 'scrapped' else 'inStock' end, version = t.version + 1, changed_at = $3
                from held h
                where t.terminal_id = h.terminal_id
                returning t.terminal_id, t.version, h.state, t.kind, t.state as after
            )
            insert into terminal_step (terminal_id, version, act, from_state, to_state, why, details, actor, at)
            select terminal_id, version, case kind when 'qrPlate' then 'scrap' else 'returnToStock' end, state, after, 'merchantClosed', jsonb_build_object('merchantNo', $2), $4, $3
            from returned
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = actor });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var record = new NpgsqlCommand(
            "select record_binding_changes(array(select terminal_id from terminal_binding where merchant_id = $1))", connection);
        record.Parameters.Add(new() { Value = merchantId });
        await record.ExecuteNonQueryAsync(cancellationToken);
    }
}
