using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Clearing files: hand one in, and see what became of it.</summary>
internal static class ClearingFilesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/clearing-files").WithTags("Clearing files");
        group.MapPost("/", IngestAsync)
            .WithName("ingestClearingFile")
            .WithSummary("Take a clearing file in; the body is the file itself and is read as it arrives")
            .WithDescription(
                "Send the same file again after any interruption: it is finished, and reports as if it had not been interrupted. A finished " +
                "file sent again posts nothing. The operation (`operationId`, made by the client) can be followed at /operations while the " +
                "file is read. `lines` and `grossFen` are control totals: a file that disagrees with them stays unfinished.")
            .Accepts<IFormFile>("application/octet-stream")
            .Produces<ClearingFileReport>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/", ListAsync)
            .WithName("listClearingFiles").WithSummary("Files that were handed in, newest first")
            .Produces<Page<ClearingFileReport>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{fileId:int}", GetAsync)
            .WithName("getClearingFile").WithSummary("What became of one file")
            .Produces<ClearingFileReport>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{fileId:int}/malformed-lines", MalformedAsync)
            .WithName("listMalformedLines").WithSummary("The lines of a file that could not be read, with field and reason")
            .Produces<Page<MalformedLineView>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> IngestAsync(
        HttpContext context, ClearingIngest ingest, ClearingFileReports reports, OperationRegistry operations,
        string name, DateOnly? date, string? channel, long? lines, long? grossFen, Guid? operationId, CancellationToken cancellationToken)
    {
        // A file may be of any size and come over a slow line: memory is bounded by the chunk, not by the body.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        var request = new ClearingFileRequest(
            name, channel ?? ClearingFileRequest.DefaultChannel, date, lines, grossFen, Actors.Operator);
        var operation = operations.Start("clearing-file", operationId, name);
        context.Response.Headers.Location = $"/api/v1/operations/{operation.Id}";
        var result = await operation.FollowAsync(
            () => IngestAndReportAsync(request, context, ingest, reports, operation, cancellationToken), context.Request.ContentLength);
        return result.ToHttp();
    }

    private static async Task<Result<ClearingFileReport>> IngestAndReportAsync(
        ClearingFileRequest request, HttpContext context, ClearingIngest ingest, ClearingFileReports reports, Operation operation,
        CancellationToken cancellationToken)
    {
        var result = await ingest.RunAsync(
            request, context.Request.Body, () => operation.Run(context.Request.ContentLength), operation.Advance, cancellationToken);
        if (!result.Accepted(out var ingested, out var refusal))
        {
            return refusal;
        }

        var report = await reports.FindAsync(ingested.FileId, RequestLanguage.Of(context), cancellationToken);
        var seconds = Math.Max(ingested.Elapsed.TotalSeconds, 0.001);
        return report! with
        {
            ElapsedMs = (long)ingested.Elapsed.TotalMilliseconds,
            LinesPerSecond = (long)(report.Lines / seconds),
            Resumed = ingested.Resumed,
        };
    }

    private static async Task<IResult> ListAsync(
        ClearingFileReports reports, DateOnly? date, string? name, string? sha256, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var before = Cursor.ReadNumber(cursor);
        if (before.Refusal is { } badCursor)
        {
            return ProblemResults.Of(badCursor);
        }

        byte[]? digest = null;
        if (sha256 is not null)
        {
            if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit))
            {
                return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "ingest.bad-digest"));
            }

            digest = Convert.FromHexString(sha256);
        }

        var rows = await reports.ListAsync(new ClearingFileFilter(date, name, digest), before.Value, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(rows, r => [$"{r.FileId}"]));
    }

    private static async Task<IResult> GetAsync(HttpContext context, ClearingFileReports reports, int fileId, CancellationToken cancellationToken) =>
        await reports.FindAsync(fileId, RequestLanguage.Of(context), cancellationToken) is { } report
            ? Results.Ok(report)
            : ProblemResults.Of(IngestRefusals.UnknownFile($"{fileId}"));

    private static async Task<IResult> MalformedAsync(
        HttpContext context, ClearingFileReports reports, int fileId, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var after = Cursor.ReadNumber(cursor);
        if (after.Refusal is { } badCursor)
        {
            return ProblemResults.Of(badCursor);
        }

        var language = RequestLanguage.Of(context);
        if (await reports.FindAsync(fileId, language, cancellationToken) is null)
        {
            return ProblemResults.Of(IngestRefusals.UnknownFile($"{fileId}"));
        }

        var lines = await reports.MalformedAsync(fileId, after.Value ?? 0, page.Limit + 1, language, cancellationToken);
        return Results.Ok(page.Cut(lines, l => [$"{l.Line}"]));
    }
}
