using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.StockIn;

internal static class StockInEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/terminal-stock-ins", RunAsync)
            .WithTags("Terminals").WithName("stockInTerminals").WithSummary("Take machines into stock by their serial numbers")
            .WithDescription(
                $"At most {StockInRequest.ItemsMax} at a time, as JSON, or as CSV (`text/csv`, UTF-8, columns `serial_no` and, where numbers are given " +
                "already, `terminal_no`; the model is the query's). Answered 207 with an outcome an item: `stocked`, `known` (a machine of that " +
                "serial number is there and stays what it is), `refused` with the reason; so the same list again is harmless. A machine without a " +
                "number is given one, for life. `dryRun` judges and writes nothing.")
            .Accepts<StockInRequest>("application/json", "text/csv")
            .Produces<StockInAnswer>(StatusCodes.Status207MultiStatus)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> RunAsync(
        HttpContext context, bool? dryRun, string? model, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, TakeIntoStock stock,
        TextCatalog texts, CancellationToken cancellationToken)
    {
        StockInRequest? request;
        if (context.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true)
        {
            if (!(await StockInCsv.ReadAsync(context.Request, cancellationToken)).Accepted(out var items, out var unreadable))
            {
                return ProblemResults.Of(unreadable);
            }

            request = new(model, items);
        }
        else
        {
            try
            {
                request = await context.Request.ReadFromJsonAsync<StockInRequest>(PlatformJson.Options, cancellationToken);
            }
            catch (System.Text.Json.JsonException e)
            {
                return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.bad-json", new Detail("place", e.Path ?? "$")));
            }
            catch (InvalidOperationException)
            {
                return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.not-json"));
            }
        }

        request ??= new(null, null);
        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, dryRun });
        if (key.Refusal is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        var result = await stock.RunAsync(request, dryRun ?? false, Actors.Operator, key.Value, cancellationToken);
        return result.ToHttp(done => Results.Json(
            StockInAnswer.Of(done, texts, RequestLanguage.Of(context)), PlatformJson.Options, statusCode: StatusCodes.Status207MultiStatus));
    }
}

/// <param name="Stocked">How many are in stock now; of a dry run, would be.</param>
/// <param name="Known">How many serial numbers were there before.</param>
/// <param name="Items">In the order of the request.</param>
public sealed record StockInAnswer(bool DryRun, int Stocked, int Known, int Refused, IReadOnlyList<StockInItemAnswer> Items)
{
    internal static StockInAnswer Of(StockedIn done, TextCatalog texts, CultureInfo language) => new(
        done.DryRun, Count(done, StockInOutcome.Stocked), Count(done, StockInOutcome.Known), Count(done, StockInOutcome.Refused),
        [.. done.Items.Select(i => new StockInItemAnswer(
            i.SerialNo, i.Outcome, i.TerminalNo, i.State, i.Refusal?.Code, i.Refusal is { } refusal ? texts.Text(refusal, language) : null))]);

    private static int Count(StockedIn done, StockInOutcome outcome) => done.Items.Count(i => i.Outcome == outcome);
}

/// <param name="TerminalNo">The number it has now; of a dry run <c>null</c> where it would be given one.</param>
/// <param name="Code">Why it was refused.</param>
public sealed record StockInItemAnswer(
    string SerialNo, StockInOutcome Outcome, string? TerminalNo, TerminalState? State, string? Code, string? Text);
