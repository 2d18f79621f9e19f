using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.Redeploy;
using Acquiring.Core.Transactions;
using Acquiring.Core.WorkTerms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Acquiring.Backend.Redeploy;

/// <param name="Rank">From 1: the oldest order first.</param>
/// <param name="Source">Where the machine is now.</param>
/// <param name="DistanceMetres">From the premises it is fetched from; nothing where either place is unknown.</param>
/// <param name="Saves">What a new machine costs today.</param>
/// <param name="Version">Of the work order: hand it back, in quotation marks, in If-Match.</param>
public sealed record RedeployProposal(
    int Rank, long WorkOrderId, string MerchantNo, string MerchantName, string BranchCode, string Township, string Model, string TerminalNo, string SerialNo,
    MachineSource Source, bool SameTownship, bool SameBranch, int? DistanceMetres, Money Saves, int Version);

/// <param name="Installed">The machine works for the merchant of the order by now.</param>
/// <param name="ReleasedWhy">The machine sold where it was, and stays there; nothing while it counts.</param>
public sealed record RedeploymentRow(
    long RedeploymentId, long WorkOrderId, string TerminalNo, string MerchantNo, string BranchCode, MachineSource Source, int? DistanceMetres, Money Saved,
    bool Installed, string? ReleasedWhy, string Why, string BoundBy, DateTimeOffset BoundAt);

/// <param name="Saved">Of all that count, whatever the page.</param>
/// <param name="Count">How many count.</param>
public sealed record RedeploymentsAnswer(IReadOnlyList<RedeploymentRow> Items, string? Next, Money Saved, long Count);

/// <summary>Idle machines go to merchants that wait for one, instead of new ones.</summary>
public static class RedeployModule
{
    public static IServiceCollection AddRedeploy(this IServiceCollection services) => services.AddSingleton<RedeployFacts>().AddSingleton<BindRedeployment>();

    public static IEndpointRouteBuilder MapRedeploy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/redeploy-proposals", ProposeAsync)
            .WithName("listRedeployProposals").WithTags("Removal").WithSummary("Which idle machine could go to which installation that waits for one")
            .WithDescription(
                "Machines in stock, fetched, or ordered to be fetched, of the wanted model: a model decides SIM and communication. The oldest order chooses first: a machine of " +
                "its township, of its branch, the nearest, the one nearest to hand. No machine is named twice. Made new at each reading, of the 1,000 oldest orders.")
            .Produces<Page<RedeployProposal>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapPost("/work-orders/{workOrderId:long}/redeployment", BindAsync)
            .WithName("bindRedeployment").WithTags("Removal").WithSummary("Bind an idle machine to an installation that waits for one")
            .WithDescription(
                "Any free machine of the model, proposed or not. One that sells before it is fetched stays where it is, and the order waits again. Needs the version of the " +
                "work order, as listRedeployProposals tells it, in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<RedeploymentRecord>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        routes.MapGet("/redeployments", ListAsync)
            .WithName("listRedeployments").WithTags("Removal").WithSummary("Machines that went to another merchant instead of a new one, the latest first, and what that saved")
            .Produces<RedeploymentsAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        return routes;
    }

    private static async Task<IResult> ProposeAsync(
        string? cursor, int? limit, NpgsqlDataSource database, RedeployFacts facts, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal) || !Cursor.ReadNumber(cursor).Accepted(out var after, out refusal) && refusal is not null)
        {
            return ProblemResults.Of(refusal!);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var orders = await facts.OrdersAsync(connection, null, cancellationToken);
        var machines = await facts.MachinesAsync(connection, [.. orders.Select(o => o.Order.Model).Distinct(StringComparer.Ordinal)], null, cancellationToken);
        var terms = await WorkTermsOnDate.LoadAsync(connection, BusinessTime.Today(clock), cancellationToken);
        var byOrder = orders.ToDictionary(o => o.Order.WorkOrderId);
        var byNo = machines.ToDictionary(m => m.Machine.TerminalNo, StringComparer.Ordinal);
        var rows = MatchMachines.Of(orders.Select(o => o.Order), machines.Select(m => m.Machine))
            .Select((m, i) => (Match: m, Rank: i + 1, Order: byOrder[m.Order.WorkOrderId]))
            .Where(m => m.Match.Order.WorkOrderId > (after ?? 0))
            .Take(page.Limit + 1)
            .Select(m => new RedeployProposal(
                m.Rank, m.Match.Order.WorkOrderId, m.Order.MerchantNo, m.Order.MerchantName, m.Match.Order.Branch, m.Match.Order.Township, m.Match.Order.Model,
                m.Match.Machine.TerminalNo, byNo[m.Match.Machine.TerminalNo].SerialNo, m.Match.Machine.Source, m.Match.SameTownship, m.Match.SameBranch, m.Match.Metres,
                new(terms.Of(WorkTerm.NewMachineFen, m.Match.Order.Branch)), m.Order.Version))
            .ToList();
        return Results.Ok(page.Cut(rows, r => [$"{r.WorkOrderId}"]));
    }

    private static async Task<IResult> BindAsync(
        long workOrderId, BindRedeploymentRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, BindRedeployment bind, CancellationToken cancellationToken)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        return key.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : (await bind.RunAsync(workOrderId, request, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(bound =>
            {
                context.Response.Headers.ETag = IfMatch.ETag(bound.Version);
                return Results.Ok(bound);
            });
    }

    private static async Task<IResult> ListAsync(string? cursor, int? limit, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal) || !Cursor.ReadNumber(cursor).Accepted(out var before, out refusal) && refusal is not null)
        {
            return ProblemResults.Of(refusal!);
        }

        await using var command = database.CreateCommand(
            """
            select d.redeployment_id, d.work_order_id, t.terminal_no, m.merchant_no, m.branch_code, d.source, d.distance_metres, d.saved_fen,
                   exists (select from terminal_binding b where b.terminal_id = d.terminal_id and b.merchant_id = w.merchant_id and b.valid_to = 'infinity'),
                   d.released_why, d.why, d.actor, d.at
            from redeployment d
            join work_order w using (work_order_id)
            join terminal t on t.terminal_id = d.terminal_id
            join merchant m on m.merchant_id = w.merchant_id
            where d.redeployment_id < $1
            order by d.redeployment_id desc
            limit $2
            """);
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        var rows = new List<RedeploymentRow>();
        await using (var r = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await r.ReadAsync(cancellationToken))
            {
                rows.Add(new(
                    r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4), Enum.Parse<MachineSource>(r.GetString(5), ignoreCase: true),
                    r.IsDBNull(6) ? null : r.GetInt32(6), new(r.GetInt64(7)), r.GetBoolean(8), r.IsDBNull(9) ? null : r.GetString(9), r.GetString(10), r.GetString(11),
                    new(r.GetDateTime(12))));
            }
        }

        await using var sum = database.CreateCommand("select coalesce(sum(saved_fen), 0)::bigint, count(*) from redeployment where released_at is null");
        await using var total = await sum.ExecuteReaderAsync(cancellationToken);
        await total.ReadAsync(cancellationToken);
        var cut = page.Cut(rows, d => [$"{d.RedeploymentId}"]);
        return Results.Ok(new RedeploymentsAnswer(cut.Items, cut.Next, new(total.GetInt64(0)), total.GetInt64(1)));
    }
}
