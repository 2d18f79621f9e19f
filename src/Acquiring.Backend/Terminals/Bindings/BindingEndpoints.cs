using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.Bindings;

internal static class BindingEndpoints
{
    public static void Map(RouteGroupBuilder terminal)
    {
        terminal.MapGet("/holder", async (
                string terminal, DateOnly? on, BindingHistory bindings, TimeProvider clock, CancellationToken cancellationToken) =>
            (await bindings.HolderAsync(terminal, on ?? BusinessTime.Today(clock), cancellationToken)).ToHttp())
            .WithName("getTerminalHolder").WithSummary("Who held a machine as a date ended, where, and with which account")
            .WithDescription("By `sn:` and a serial number it follows the machine, by terminal number the number. Account and credit code are masked.")
            .Produces<TerminalHolderAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        terminal.MapGet("/bindings", async (
                string terminal, string? cursor, int? limit, BindingHistory bindings, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await bindings.ListAsync(terminal, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listTerminalBindings").WithSummary("All versions of a machine's five items, the latest first")
            .Produces<Page<BindingVersionAnswer>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }
}
