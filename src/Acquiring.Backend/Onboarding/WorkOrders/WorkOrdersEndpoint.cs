using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding.WorkOrders;

public enum WorkOrderKind
{
    Install = 1,

    /// <summary>A QR plate is to be bound and handed out.</summary>
    HandOutPlate,
}

public enum WorkOrderState
{
    Open = 1,
    Done,
    Cancelled,
}

/// <param name="Model">Of the wanted machine; of a plate <c>qrPlate</c>.</param>
/// <param name="TerminalNo">The machine that was put up, or the plate that was handed out; only when it is done.</param>
/// <param name="EndedAt">When it was done or given up.</param>
/// <param name="EndedWhy">Why it was given up: <c>merchantClosed</c>.</param>
public sealed record WorkOrderAnswer(
    long WorkOrderId, WorkOrderKind Kind, WorkOrderState State, string MerchantNo, string MerchantName, Guid? ApplicationId, string Model, string Township,
    string? TerminalNo, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, string? EndedWhy);

/// <summary>What is to be done with machines, the oldest first.</summary>
internal static class WorkOrdersEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/work-orders", async (
            string? state, string? kind, string? merchantNo, Guid? applicationId, string? township, string? cursor, int? limit,
            NpgsqlDataSource database, CancellationToken cancellationToken) =>
        {
            if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
            {
                return ProblemResults.Of(refusal);
            }

            if (!Cursor.ReadNumber(cursor).Accepted(out var after, out var bad) && bad is not null)
            {
                return ProblemResults.Of(bad);
            }

            var inState = QueryWords.Read<WorkOrderState>("state", state);
            var ofKind = QueryWords.Read<WorkOrderKind>("kind", kind);
            if ((inState.Refusal ?? ofKind.Refusal) is { } unknown)
            {
                return ProblemResults.Of(unknown);
            }

            await using var command = database.CreateCommand(
                """
                select w.work_order_id, w.kind, w.state, m.merchant_no, m.name, w.application_id, w.model, w.township, t.terminal_no, w.created_at, w.ended_at, w.ended_why
                from work_order w
                join merchant m on m.merchant_id = w.merchant_id
                left join terminal t on t.terminal_id = w.terminal_id
                where w.work_order_id > $1 and ($2::text is null or w.state = $2) and ($3::text is null or w.kind = $3)
                  and ($4::text is null or m.merchant_no = $4) and ($5::uuid is null or w.application_id = $5)
                  and ($6::text is null or w.township = $6)
                order by w.work_order_id
                limit $7
                """);
            ApplicationRows.Add(command, NpgsqlDbType.Bigint, after ?? 0);
            ApplicationRows.Add(command, NpgsqlDbType.Text, inState.Value is { } s ? Core.Onboarding.ApplicationStanding.Word(s) : null);
            ApplicationRows.Add(command, NpgsqlDbType.Text, ofKind.Value is { } k ? Core.Onboarding.ApplicationStanding.Word(k) : null);
            ApplicationRows.Add(command, NpgsqlDbType.Text, merchantNo);
            ApplicationRows.Add(command, NpgsqlDbType.Uuid, applicationId);
            ApplicationRows.Add(command, NpgsqlDbType.Text, township);
            ApplicationRows.Add(command, NpgsqlDbType.Integer, page.Limit + 1);
            var orders = new List<WorkOrderAnswer>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                orders.Add(new(
                    reader.GetInt64(0), Enum.Parse<WorkOrderKind>(reader.GetString(1), ignoreCase: true),
                    Enum.Parse<WorkOrderState>(reader.GetString(2), ignoreCase: true), reader.GetString(3), reader.GetString(4),
                    reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.GetString(6), reader.GetString(7),
                    reader.IsDBNull(8) ? null : reader.GetString(8), new DateTimeOffset(reader.GetDateTime(9)),
                    reader.IsDBNull(10) ? null : new DateTimeOffset(reader.GetDateTime(10)), reader.IsDBNull(11) ? null : reader.GetString(11)));
            }

            return Results.Ok(page.Cut(orders, o => [$"{o.WorkOrderId}"]));
        })
        .WithName("listWorkOrders").WithTags("Onboarding").WithSummary("What is to be done with machines, the oldest first")
        .WithDescription(
            "An approved application orders one installation for each wanted machine, and one plate to be " +
            "handed out for each wanted plate. Installing a machine or handing out a plate does the merchant's oldest open order, of the model " +
            "before of another; closing the merchant cancels the rest.")
        .Produces<Page<WorkOrderAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
}
