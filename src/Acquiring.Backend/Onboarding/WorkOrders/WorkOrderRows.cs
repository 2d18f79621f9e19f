using Acquiring.Core.Onboarding;
using Npgsql;

namespace Acquiring.Backend.Onboarding.WorkOrders;

internal static class WorkOrderRows
{
    /// <summary>One order for each wanted machine, in the order of the form; returns their numbers.</summary>
    public static async Task<IReadOnlyList<long>> OrderMachinesAsync(
        NpgsqlConnection connection, int merchantId, Guid applicationId, ApplicationForm form, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into work_order (kind, merchant_id, application_id, model, township, created_at)
            select 'install', $1, $2, m.model, $3, $4 from unnest($5) with ordinality m (model, place) order by m.place
            returning work_order_id
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = applicationId });
        command.Parameters.Add(new() { Value = form.Premises!.Township! });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = form.Machines!.SelectMany(m => Enumerable.Repeat(m.Model!, m.Count)).ToArray() });
        var orders = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            orders.Add(reader.GetInt64(0));
        }

        return orders;
    }
}
