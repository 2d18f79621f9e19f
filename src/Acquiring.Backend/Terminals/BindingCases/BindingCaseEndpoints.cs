using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.BindingCases;

/// <param name="State"><c>explained</c> when there was a good reason, <c>closed</c> when something was done.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record ResolveBindingCaseRequest(BindingCaseState State, string? Why);

internal static class BindingCaseEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/binding-cases").WithTags("Binding cases");
        group.MapGet("/", async (
                string? caseState, string? terminal, string? cursor, int? limit, BindingCaseStore cases, TerminalAddresses addresses,
                CancellationToken cancellationToken) =>
            {
                if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    || !Cursor.ReadNumber(cursor).Accepted(out var after, out refusal))
                {
                    return ProblemResults.Of(refusal);
                }

                BindingCaseState? state = null;
                if (caseState is not null)
                {
                    if (!Enum.TryParse<BindingCaseState>(caseState, ignoreCase: true, out var named) || !Enum.IsDefined(named))
                    {
                        return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "binding-case.state"));
                    }

                    state = named;
                }

                string? no = null;
                if (terminal is not null)
                {
                    if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var found, out refusal))
                    {
                        return ProblemResults.Of(refusal);
                    }

                    no = found.Text;
                }

                var rows = await cases.ListAsync(state, no, after ?? 0, page.Limit + 1, cancellationToken);
                return Results.Ok(page.Cut(rows, c => [$"{c.BindingCaseId}"]));
            })
            .WithName("listBindingCases").WithSummary("Transactions that disagree with a machine's binding, one case a machine and kind")
            .WithDescription(
                "Opened by held lines of clearing files and by refused notices. The same disagreement again is counted in the open case, the same " +
                "transaction once.")
            .Produces<Page<BindingCaseAnswer>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{bindingCaseId:int}/resolution", async (
                int bindingCaseId, ResolveBindingCaseRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, BindingCaseStore cases,
                CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await cases.ResolveAsync(bindingCaseId, request.State, request.Why ?? "", version, Actors.Operator, key.Value, cancellationToken))
                        .ToHttp(decided =>
                        {
                            context.Response.Headers.ETag = IfMatch.ETag(decided.Version);
                            return Results.Ok(decided);
                        });
            })
            .WithName("resolveBindingCase").WithSummary("Say why a case is explained, or what was done about it")
            .WithDescription("What disagrees again afterwards opens another case.")
            .Produces<BindingCaseAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }
}
