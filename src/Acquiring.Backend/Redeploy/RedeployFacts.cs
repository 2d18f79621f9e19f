using Acquiring.Backend.Removal.Proof;
using Acquiring.Core.Redeploy;
using Acquiring.Core.Removal;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Redeploy;

/// <summary>An order that waits for a machine, and its version.</summary>
internal sealed record StoredInstall(WaitingInstall Order, string MerchantNo, string MerchantName, int Version);

/// <summary>A machine that may go to another merchant.</summary>
internal sealed record StoredMachine(IdleMachine Machine, int TerminalId, string SerialNo, long? RemovalId);

/// <summary>Orders that wait and machines that are free, as they are now.</summary>
internal sealed class RedeployFacts(RegisteredPositions positions)
{
    /// <summary>The oldest; the others are proposed when these have theirs.</summary>
    public const int OrdersMax = 1_000;

    public const int MachinesMax = 5_000;

    /// <param name="workOrderId">Only this one; <c>null</c> for all.</param>
    public async Task<List<StoredInstall>> OrdersAsync(NpgsqlConnection connection, long? workOrderId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select w.work_order_id, w.model, w.township, m.branch_code, m.merchant_no, m.name, w.version, f.form_sealed
            from work_order w
            join merchant m using (merchant_id)
            left join merchant_application a on a.application_id = w.application_id
            left join application_form f on f.application_id = a.application_id and f.version = a.form_at
            where w.state = 'open' and w.kind = 'install' and not exists (select from redeployment d where d.work_order_id = w.work_order_id and d.released_at is null) and ($1::bigint is null or w.work_order_id = $1)
            order by w.work_order_id
            limit {OrdersMax}
            """,
            connection);
        command.Parameters.Add(new() { Value = (object?)workOrderId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var orders = new List<StoredInstall>();
        while (await r.ReadAsync(cancellationToken))
        {
            var position = r.IsDBNull(7) ? null : positions.OfForm(r.GetFieldValue<byte[]>(7));
            orders.Add(new(new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), position), r.GetString(4), r.GetString(5), r.GetInt32(6)));
        }

        return orders;
    }

    /// <param name="terminalNo">Only this one; <c>null</c> for all of the models.</param>
    public async Task<List<StoredMachine>> MachinesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> models, string? terminalNo, CancellationToken cancellationToken)
    {
        var rows = new List<(int Id, string No, string Serial, string Model, MachineSource Source, string? Township, string? Branch, long? Removal)>();
        await using (var command = new NpgsqlCommand(
            $"""
            select t.terminal_id, t.terminal_no, t.serial_no, t.model, t.state, m.township, m.branch_code, r.removal_id
            from terminal t
            left join removal r on r.terminal_id = t.terminal_id and r.state = 'ordered'
            left join lateral (select b.merchant_id from terminal_binding b where b.terminal_id = t.terminal_id order by b.valid_from desc limit 1) b on true
            left join merchant m on m.merchant_id = b.merchant_id
            where t.kind = 'pos' and t.model = any($1) and ($2::text is null or t.terminal_no = $2)
              and (t.state in ('inStock', 'recovered') or t.state = 'removalOrdered' and r.removal_id is not null)
              and not exists (select from redeployment d where d.terminal_id = t.terminal_id and d.released_at is null)
            order by t.terminal_no
            limit {MachinesMax}
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = models.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = (object?)terminalNo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            await using var r = await command.ExecuteReaderAsync(cancellationToken);
            while (await r.ReadAsync(cancellationToken))
            {
                rows.Add((
                    r.GetInt32(0), r.GetString(1), r.GetString(2), r.GetString(3), Enum.Parse<MachineSource>(r.GetString(4), ignoreCase: true),
                    r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6), r.IsDBNull(7) ? null : r.GetInt64(7)));
            }
        }

        // What is in stock lies somewhere else than where it worked.
        var places = await positions.OfTerminalsAsync(connection, [.. rows.Where(r => r.Source == MachineSource.RemovalOrdered).Select(r => r.Id)], cancellationToken);
        return [.. rows.Select(r => new StoredMachine(
            new(r.No, r.Model, r.Source, r.Township, r.Branch, places.TryGetValue(r.Id, out var place) ? place : null), r.Id, r.Serial, r.Removal))];
    }
}
