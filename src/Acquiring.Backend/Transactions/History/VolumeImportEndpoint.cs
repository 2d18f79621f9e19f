using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Transactions.History;

/// <summary><c>POST /volume-imports?dryRun=</c>: the past of up to 24 months, as CSV.</summary>
internal static class VolumeImportEndpoint
{
    private const string Csv = "text/csv";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/volume-imports", ImportAsync)
        .WithName("importVolumes").WithTags("Volumes")
        .WithSummary("Import day volumes by terminal of the time before our own journal: all rows, or none when one is bad")
        .WithDescription(
            "CSV in UTF-8, with or without BOM, or GBK, with the columns merchant_no, terminal_no, date, sale_count, sale_amount_fen or " +
            "sale_amount_yuan, refund_count, refund_amount_fen or refund_amount_yuan, fee_fen or fee_yuan. At most 24 months back and " +
            "1,000,000 rows a file; a date from the first one on that our journal covers is refused. The same days again change nothing, a " +
            "day with other numbers is refused. With a bad row nothing is written and the problem carries the report.")
        .Accepts<string>(Csv).Produces<CsvImportAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ImportAsync(HttpContext context, ImportVolumes import, bool? dryRun, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = RegistryText.BytesMax;
        }

        var result = await import.RunAsync(context.Request.Body, dryRun ?? false, Actors.Operator, RequestLanguage.Of(context), cancellationToken);
        return result.ToHttp(a => a.Bad > 0 ? ProblemResults.Of(RegistryRefusals.RowsBad(a.Bad), ("report", a)) : Results.Ok(a));
    }
}
