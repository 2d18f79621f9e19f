using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Loans;

/// <summary>What loans are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record LoanListQuery(
    string? merchantNo, string? branch, string? quietDaysMin, string? on, string? days, string? cursor, string? limit);

/// <summary>What loans are exported by.</summary>
public sealed record LoanExportQuery(string? merchantNo, string? branch, string? quietDaysMin, string? on, string? days);

/// <summary>Of one loan.</summary>
public sealed record LoanDateQuery(string? on, string? days);

internal static class LoanEndpoints
{
    private static readonly string[] s_columns =
    [
        "loan-ref", "merchant-no", "name", "branch", "loan-product", "loan-outstanding", "loan-disbursed-on", "loan-next-due-on", "loan-share",
        "loan-since", "last-activity", "loan-quiet-days", "loan-net", "loan-expected", "loan-turnover-rate", "loan-rate",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/loans/import", ImportAsync)
            .WithName("importLoans").WithTags("Loans")
            .WithSummary("Take in a dated list of loans: columns merchant_no, loan_ref, product, outstanding_fen or outstanding_yuan, disbursed_on, next_due_on, share_percent, as_of")
            .WithDescription(
                "CSV in UTF-8, with or without BOM, or GBK, columns in any order; `principal_fen` or `principal_yuan` and `declared_monthly_turnover_fen` or " +
                "`…_yuan` may be left out. Each row says what a loan is from `as_of` on; nothing owed closes it. `mode=changes` (default) takes what the file " +
                "names; `mode=full` also closes, as of the list's date, the open loans that it has not. With a bad row nothing is written and the problem " +
                "carries the report; with `goodRowsOnly=true` the rest stands, and a full list then closes nothing that is missing. The same list again " +
                "changes nothing, also after later ones.")
            .Accepts<string>("text/csv").Produces<LoanImportAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/loans", async ([AsParameters] LoanListQuery _, HttpContext context, LoanReader reader, CancellationToken cancellationToken) =>
                Results.Ok(await reader.PageAsync(ListParameters.Of(context.Request, LoanReader.ParameterNames), cancellationToken)))
            .WithName("listLoans").WithTags("Loans").WithSummary("The loans open on a date, with the return flow of a window that ends on it")
            .WithDescription(
                "In the order in which they came. All filters hold together. Made of what the closes up to that date knew: for a closed date the same " +
                "numbers whenever it is asked, unless the registry learns of older activity.")
            .Produces<Page<LoanAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/loans.csv", ExportAsync)
            .WithName("exportLoans").WithTags("Loans").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/loans/{loanRef}", async (
                string loanRef, [AsParameters] LoanDateQuery _, HttpContext context, LoanReader reader, CancellationToken cancellationToken) =>
                (await reader.FindAsync(loanRef, ListParameters.Of(context.Request, ["on", "days"]), cancellationToken)).ToHttp(Results.Ok))
            .WithName("getLoan").WithTags("Loans").WithSummary("A loan on a date, with its return flow, its versions and what made them")
            .Produces<LoanWithHistoryAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, ImportLoans import, string? mode, bool? dryRun, bool? goodRowsOnly, CancellationToken cancellationToken)
    {
        if (mode is not (null or "full" or "changes"))
        {
            return ProblemResults.Of(LoanRefusals.BadMode(mode));
        }

        var request = new LoanImportRequest(mode == "full", goodRowsOnly ?? false, dryRun ?? false, Actors.Operator, RequestLanguage.Of(context));
        return (await import.RunAsync(context.Request.Body, request, cancellationToken)).ToHttp(
            a => a.Rows.Bad > 0 && !request.GoodRowsOnly ? ProblemResults.Of(RegistryRefusals.RowsBad(a.Rows.Bad), ("report", a.Rows)) : Results.Ok(a));
    }

    private static async Task ExportAsync(
        [AsParameters] LoanExportQuery _, HttpContext context, LoanReader reader, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, LoanReader.ExportParameterNames);
        await exports.WriteAsync(context, "loans", parameters, s_columns, reader.AllAsync(parameters, cancellationToken), r =>
        [
            r.LoanRef, r.MerchantNo, r.MerchantName, r.BranchCode, r.Product, r.Outstanding.AmountFen / 100m, r.DisbursedOn, r.NextDueOn, r.SharePercent,
            r.Since, r.LastActiveOn, r.QuietDays, r.ReturnFlow.Net.AmountFen / 100m, r.ReturnFlow.Expected.AmountFen / 100m,
            r.ReturnFlow.TurnoverPerTenThousand / 100m, r.ReturnFlow.LoanPerTenThousand / 100m,
        ], cancellationToken);
    }
}
