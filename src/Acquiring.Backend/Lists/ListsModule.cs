using Acquiring.Backend.Lists.Activity;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Lists.Search;
using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Lists;

/// <summary>Merchants and terminals as lists: filtered, sorted, searched, exported.</summary>
public static class ListsModule
{
    private const int SearchLimitDefault = 20;
    private const int SearchLimitMax = 100;

    private const string Manner =
        " All filters hold together; several values of one are divided by commas. Pages go on behind the last row: rows that come, go or change " +
        "meanwhile neither repeat nor hide others. Last activities and volumes are some seconds old, `activityAsOf` says of when. An unknown " +
        "parameter or value is refused with the legal ones.";

    private static readonly string[] s_searchParameters = ["q", "limit"];

    public static IServiceCollection AddLists(this IServiceCollection services) => services
        .AddSingleton<MerchantList>().AddSingleton<TerminalList>().AddSingleton<GlobalSearch>().AddSingleton<ExportEndpoints>()
        .AddSingleton<AccountReferences>().AddSingleton<ActivityRefresh>()
        .AddSingleton<IHostedService>(s => s.GetRequiredService<ActivityRefresh>());

    public static IEndpointRouteBuilder MapLists(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/merchants", async (
                [AsParameters] MerchantListQuery _, HttpContext context, MerchantList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, MerchantList.ParameterNames), cancellationToken)))
            .WithName("listMerchants").WithTags("Merchants").WithSummary("Merchants by branch, state, MCC, township, last activity and volume")
            .WithDescription("`sort` is `number`, `name`, `lastActivity` or `volume`." + Manner)
            .Produces<MerchantListAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/merchants.csv", (
                [AsParameters] MerchantExportQuery _, HttpContext context, ExportEndpoints exports, MerchantList list,
                CancellationToken cancellationToken) => exports.MerchantsAsync(context, list, cancellationToken))
            .WithName("exportMerchants").WithTags("Merchants").WithSummary("The same list as a CSV file, whole")
            .WithDescription(
                "UTF-8 with a byte order mark, streamed; the header in the language of Accept-Language; texts that a spreadsheet would take for a formula " +
                "begin with an apostrophe. The audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/terminals", async (
                [AsParameters] TerminalListQuery _, HttpContext context, TerminalList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, TerminalList.ParameterNames), cancellationToken)))
            .WithName("listTerminals").WithTags("Terminals").WithSummary("Terminals by branch, state, MCC, township, last activity, idle months and volume")
            .WithDescription(
                "Branch, MCC and township are those of the merchant it works for. `sort` is `number`, `serial`, `lastActivity` or `volume`. Idle months are " +
                "plain calendar months; whether a legal clock has run out is told by /idle-terminals." + Manner)
            .Produces<TerminalListAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/terminals.csv", (
                [AsParameters] TerminalExportQuery _, HttpContext context, ExportEndpoints exports, TerminalList list,
                CancellationToken cancellationToken) => exports.TerminalsAsync(context, list, cancellationToken))
            .WithName("exportTerminals").WithTags("Terminals").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants. Addresses come without the numbers of house and room.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/search", async (
                [AsParameters] SearchQuery _, HttpContext context, GlobalSearch search, CancellationToken cancellationToken) =>
            {
                var parameters = ListParameters.Of(context.Request, s_searchParameters);
                var limit = (int)(parameters.Number("limit", 1, SearchLimitMax) ?? SearchLimitDefault);
                return (await search.RunAsync(parameters.Text("q", GlobalSearch.CharsMax * 2), limit, cancellationToken)).ToHttp();
            })
            .WithName("search").WithTags("Search").WithSummary("Merchants and terminals by number, serial, name or the last digits of the account")
            .WithDescription(
                "Two characters or more: the beginning of a merchant's number, a terminal's number or serial; any part of a merchant's name, Chinese or " +
                "Latin; exactly four digits also find merchants whose settlement account ends in them.")
            .Produces<SearchAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        return routes;
    }
}
