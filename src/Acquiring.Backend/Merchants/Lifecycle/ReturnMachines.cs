using Acquiring.Backend.Onboarding.WorkOrders;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>
/// A closed merchant's machines go back to stock, its QR plates are withdrawn for good: their bindings end now, each with a step of its own
/// history and an event of its own; what was ordered for it is ordered no more. A spare is a merchant's spare, so it is none any more, and the idle clocks are told from which date on.
/// </summary>
internal static class ReturnMachines
{
    public static async Task RunAsync(
        NpgsqlConnection connection, int merchantId, string merchantNo, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await EndWorkOrders.CancelAsync(connection, merchantId, merchantNo, EndWorkOrders.MerchantClosed, actor, nowUtc, cancellationToken);
        var today = DateOnly.FromDateTime(BusinessTime.FromUtc(nowUtc));
        foreach (var (terminalId, installedOn) in await SparesAsync(connection, merchantId, cancellationToken))
        {
            await TerminalFacts.RecordAsync(connection, terminalId, true, installedOn, today, spare: false, installedOn: null, cancellationToken);
        }

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
                update terminal t
                set state = case h.kind when 'qrPlate' then 'scrapped' else 'inStock' end, spare = false, version = t.version + 1, changed_at = $3
                from held h
                where t.terminal_id = h.terminal_id
                returning t.terminal_id, t.terminal_no, t.serial_no, t.version, h.state, t.state as after,
                          case t.kind when 'qrPlate' then 'scrap' else 'returnToStock' end as act, t.kind
            ), stepped as (
                insert into terminal_step (terminal_id, version, act, from_state, to_state, why, details, actor, at)
                select terminal_id, version, act, state, after, 'merchantClosed', jsonb_build_object('merchantNo', $2), $4, $3
                from returned
                order by terminal_id
            )
            insert into outbox_event (type, object_key, object_version, payload, at)
            select 'terminal.' || act, terminal_no, version,
                   jsonb_build_object('terminalNo', terminal_no, 'serialNo', serial_no, 'kind', kind, 'version', version, 'state', after, 'spare', false,
                                      'merchantNo', null, 'reason', 'merchantClosed', 'actor', $4), $3
            from returned
            order by terminal_id
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

    private static async Task<List<(int TerminalId, DateOnly InstalledOn)>> SparesAsync(
        NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select t.terminal_id, t.installed_on
            from terminal t
            join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
            where b.merchant_id = $1 and t.spare
            order by t.terminal_id
            for update of t
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var spares = new List<(int, DateOnly)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            spares.Add((reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1)));
        }

        return spares;
    }
}
