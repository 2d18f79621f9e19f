using Acquiring.Core.Onboarding;
using Acquiring.Core.Terminals.Plates;
using Npgsql;

namespace Acquiring.Backend.Onboarding.WorkOrders;

internal static class WorkOrderRows
{
    /// <summary>One order for each wanted machine and then for each wanted plate, in the order of the form; returns their numbers.</summary>
    public static async Task<IReadOnlyList<long>> OrderMachinesAsync(
        NpgsqlConnection connection, int merchantId, Guid applicationId, ApplicationForm form, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into work_order (kind, merchant_id, application_id, model, township, created_at)
            select case when m.place <= $6 then 'install' else 'handOutPlate' end, $1, $2, m.model, $3, $4
            from unnest($5) with ordinality m (model, place)
            order by m.place
            returning work_order_id
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = applicationId });
        command.Parameters.Add(new() { Value = form.Premises!.Township! });
        command.Parameters.Add(new() { Value = nowUtc });
        string[] machines = [.. (form.Machines ?? []).SelectMany(m => Enumerable.Repeat(m.Model!, m.Count))];
        command.Parameters.Add(new() { Value = machines.Concat(Enumerable.Repeat(QrPlates.Model, form.WantedPlates ?? 0)).ToArray() });
        command.Parameters.Add(new() { Value = (long)machines.Length });
        var orders = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            orders.Add(reader.GetInt64(0));
        }

        return orders;
    }
}
