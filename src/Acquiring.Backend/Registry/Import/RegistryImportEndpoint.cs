using System.Globalization;
using System.Runtime.CompilerServices;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// <c>POST /registry-imports?dryRun=&amp;goodRowsOnly=&amp;effectiveOn=</c>, <c>multipart/form-data</c> with the parts <c>branches</c>,
/// <c>merchants</c>, <c>terminals</c> in any order, each at most once, at least one. The parts are read as they arrive; nothing is
/// spooled. The operation is followed at /operations: first bytes and rows read, then rows written. 200 with the report (also of a dry run without bad rows); 422 <c>registry.rows-bad</c> with the report as the extension
/// <c>report</c> when rows are bad and <c>goodRowsOnly</c> was not asked for. Sending the same again is harmless.
/// </summary>
internal static class RegistryImportEndpoint
{
    /// <summary>Until sign-in exists, whoever reaches the loopback port is the operator.</summary>
    private const string Actor = "operator";

    private const long BodyBytesMax = (3 * RegistryText.BytesMax) + (1 << 20);
    private const int BoundaryCharsMax = 200;

    public static void MapRegistryImport(this IEndpointRouteBuilder routes) => routes
        .MapPost("/registry-imports", ImportAsync)
        .WithName("importRegistry")
        .WithSummary("Import branches, merchants and terminals: all rows, or none when one is bad")
        .WithDescription(
            "The parts are read as they arrive. The operation (`operationId`, made by the client) can be followed at /operations: bytes and rows " +
            "while they are read, then rows written out of `totalLines`. Sending the same files again changes nothing.")
        .WithTags("Registry")
        .Produces<RegistryImportAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ImportAsync(
        HttpContext context, RegistryImport import, OperationRegistry operations, TextCatalog texts,
        bool? dryRun, bool? goodRowsOnly, DateOnly? effectiveOn, Guid? operationId, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyBytesMax;
        }

        if (BoundaryOf(context.Request) is not { } boundary)
        {
            return ProblemResults.Of(RegistryRefusals.NotMultipart());
        }

        var request = new RegistryImportRequest(Actor, dryRun ?? false, goodRowsOnly ?? false, effectiveOn);
        var operation = operations.Start("registry-import", operationId, "registry");
        context.Response.Headers.Location = $"/api/v1/operations/{operation.Id}";
        try
        {
            var reader = new MultipartReader(boundary, context.Request.Body);
            var result = await operation.FollowAsync(
                () => import.RunAsync(request, PartsOf(reader, cancellationToken), new Progress(operation), cancellationToken), context.Request.ContentLength);
            return result.ToHttp(report => Answer(report, texts, RequestLanguage.Of(context)));
        }
        catch (RefusedException e)
        {
            return ProblemResults.Of(e.Refusal);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException)
            && !cancellationToken.IsCancellationRequested)
        {
            // The multipart body ends before its last boundary, or its headers are none.
            return ProblemResults.Of(RegistryRefusals.BrokenUpload());
        }
    }

    private sealed class Progress(Operation operation) : IRegistryImportProgress
    {
        public void Read(long bytes, int rows) => operation.Advance(bytes, rows);

        public void BeginWriting(int rows) => operation.BeginPass(rows);

        public void Written(int rows) => operation.Advance(0, rows);
    }

    private static IResult Answer(RegistryImportReport report, TextCatalog texts, CultureInfo language)
    {
        var answer = RegistryImportAnswer.Of(report, texts, language);
        return report.Outcome == RegistryImportOutcome.Refused
            ? ProblemResults.Of(RegistryRefusals.RowsBad(report.RowsBad), ("report", answer))
            : Results.Ok(answer);
    }

    private static async IAsyncEnumerable<RegistrySource> PartsOf(
        MultipartReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
                : null;
            RegistryFile file = name switch
            {
                "branches" => RegistryFile.Branches,
                "merchants" => RegistryFile.Merchants,
                "terminals" => RegistryFile.Terminals,
                _ => throw new RefusedException(RegistryRefusals.UnknownPart(FoundText.Of(name ?? ""))),
            };
            yield return new(file, section.Body);
        }
    }

    private static string? BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return string.IsNullOrWhiteSpace(boundary) || boundary.Length > BoundaryCharsMax ? null : boundary;
    }
}
