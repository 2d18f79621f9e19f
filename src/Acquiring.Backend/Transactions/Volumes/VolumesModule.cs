using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>What each merchant took, by date.</summary>
public static class VolumesModule
{
    public static IServiceCollection AddVolumes(this IServiceCollection services) => services.AddSingleton<VolumeStore>();

    public static IEndpointRouteBuilder MapVolumes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/volumes", ListAsync)
            .WithName("listVolumes").WithTags("Volumes").WithSummary("Sums by merchant and date, in that order")
            .Produces<Page<MerchantDayVolume>>().ProducesProblem(StatusCodes.Status400BadRequest);
        return routes;
    }

    private static async Task<IResult> ListAsync(
        VolumeStore store, DateOnly from, DateOnly to, string? merchantNo, string? by, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (from > to)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "volumes.range-order", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("to", $"{to:yyyy-MM-dd}")));
        }

        // The framework reads an enum of a query in its C# spelling only.
        var byDate = VolumeDate.TransactionDate;
        if (by is not null && !Enum.TryParse(by, ignoreCase: true, out byDate))
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", "by"), new Detail("value", by)));
        }

        if (!PageRequest.Of(cursor, limit, keyParts: 2).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        (string, DateOnly)? after = null;
        if (!page.IsFirst)
        {
            if (!DateOnly.TryParseExact(page.After[1], "yyyy-MM-dd", out var date))
            {
                return ProblemResults.Of(Cursor.Bad());
            }

            after = (page.After[0], date);
        }

        var rows = await store.PageAsync(from, to, merchantNo, byDate, after, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(rows, v => [v.MerchantNo, $"{v.Date:yyyy-MM-dd}"]));
    }
}
