using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Onboarding.WorkOrders;

/// <summary>
/// Ends orders in the transaction of the act that ends them: a machine that is installed, or a plate that is handed out, does one; a merchant
/// that closes gives up what is left.
/// </summary>
internal static class EndWorkOrders
{
    /// <summary>Why an order is given up; a stable word.</summary>
    public const string MerchantClosed = "merchantClosed";

    /// <summary>
    /// The oldest open order of the merchant for the model, and without one the oldest for any: another model was put up instead. A machine more
    /// than was ordered does none. An order that a machine did is not done again by the same machine.
    /// </summary>
    public static async Task DoneAsync(
        NpgsqlConnection connection, int merchantId, int terminalId, string terminalNo, TerminalKind kind, string model, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update work_order set state = 'done', terminal_id = $2, ended_at = $5, version = version + 1
            where work_order_id = (
                select work_order_id from work_order
                where merchant_id = $1 and kind = $3 and state = 'open'
                  and not exists (select from work_order d where d.merchant_id = $1 and d.terminal_id = $2 and d.state = 'done')
                order by model <> $4, work_order_id
                limit 1
                for update)
            returning work_order_id, version
            """,
            connection);
        Add(command, merchantId, terminalId, kind == TerminalKind.QrPlate ? "handOutPlate" : "install", model, nowUtc);
        await TellAsync(
            connection, command, "workOrder.done", (no, version) => new { workOrderId = no, version, terminalNo, actor }, nowUtc, cancellationToken);
    }

    public static async Task CancelAsync(
        NpgsqlConnection connection, int merchantId, string merchantNo, string why, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update work_order set state = 'cancelled', ended_why = $2, ended_at = $3, version = version + 1
            where merchant_id = $1 and state = 'open'
            returning work_order_id, version
            """,
            connection);
        Add(command, merchantId, why, nowUtc);
        await TellAsync(
            connection, command, "workOrder.cancel", (no, version) => new { workOrderId = no, version, merchantNo, reason = why, actor }, nowUtc,
            cancellationToken);
    }

    private static async Task TellAsync(
        NpgsqlConnection connection, NpgsqlCommand command, string type, Func<long, int, object> payload, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var ended = new List<(long No, int Version)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ended.Add((reader.GetInt64(0), reader.GetInt32(1)));
            }
        }

        foreach (var (no, version) in ended.Order())
        {
            await Outbox.AppendAsync(connection, type, $"{no}", version, payload(no, version), nowUtc, cancellationToken);
        }
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
