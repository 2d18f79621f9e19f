using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Documents;

/// <param name="DocumentId">A UUID of version 7, made by the client before it first sends.</param>
/// <param name="Kind">Which paper: <c>licence</c>, <c>idCard</c>, <c>premises</c>, <c>agreement</c> or <c>other</c>.</param>
/// <param name="Name">The file's name, 1 to 100 characters.</param>
/// <param name="SizeBytes">1 to 10,485,760.</param>
/// <param name="Sha256">Of the whole file, 64 hexadecimal digits.</param>
/// <param name="MediaType"><c>image/jpeg</c>, <c>image/png</c> or <c>application/pdf</c>.</param>
public sealed record DeclareDocumentRequest(Guid DocumentId, string? Kind, string? Name, long SizeBytes, string? Sha256, string? MediaType);

/// <param name="ReceivedBytes">Go on from here.</param>
/// <param name="IsComplete">Everything is here and its hash is right: the client may let go of its copy.</param>
public sealed record DocumentAnswer(
    Guid DocumentId, Guid ApplicationId, string Kind, string Name, string MediaType, long SizeBytes, string Sha256, long ReceivedBytes, bool IsComplete,
    DateTimeOffset DeclaredAt, DateTimeOffset? CompletedAt);

public sealed record DocumentsAnswer(IReadOnlyList<DocumentAnswer> Items);

internal static class DocumentEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchant-applications/{applicationId}/documents").WithTags("Onboarding");
        group.MapPost("", async (
                Guid applicationId, DeclareDocumentRequest request, HttpContext context, TakeDocuments documents, CancellationToken cancellationToken) =>
            {
                var (document, refusal, faults) = await documents.DeclareAsync(applicationId, request, Actors.Operator, cancellationToken);
                return document is null
                    ? ApplicationResults.Refused(refusal!, faults, context)
                    : Results.Created($"/api/v1/merchant-applications/{applicationId}/documents/{document.DocumentId}", document);
            })
            .WithName("declareDocument").WithSummary("Say which paper or photo is going to be sent")
            .WithDescription(
                "The client makes the id. Declared again unchanged it is the same document and says how much of it is there. Photos and PDFs of at " +
                "most 10 MiB, 30 to an application; none once it is verified: submit it again first.")
            .Produces<DocumentAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapDelete("/{documentId}", async (
                Guid applicationId, Guid documentId, DeleteDocument delete, CancellationToken cancellationToken) =>
                (await delete.RunAsync(applicationId, documentId, Actors.Operator, cancellationToken)).ToHttp())
            .WithName("deleteDocument").WithSummary("Take back a paper of a draft, or of an application that is to be mended")
            .WithDescription("Answers the papers that are left. What was handed in stays: 409. Deleted again, it is unknown: 404.")
            .Produces<DocumentsAnswer>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPut("/{documentId}/chunks/{offset}", async (
                Guid applicationId, Guid documentId, long offset, HttpContext context, TakeDocuments documents, CancellationToken cancellationToken) =>
            {
                using var bytes = new MemoryStream();
                await context.Request.Body.CopyToAsync(bytes, cancellationToken);
                return (await documents.ReceiveAsync(
                        applicationId, documentId, offset, bytes.GetBuffer().AsMemory(0, (int)bytes.Length), Actors.Operator, cancellationToken))
                    .ToHttp(d => d.IsComplete
                        ? Results.Created($"/api/v1/merchant-applications/{applicationId}/documents/{documentId}", d)
                        : Results.Accepted(value: d));
            })
            .Accepts<IFormFile>("application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(DocumentRules.ChunkBytesMax))
            .WithName("sendDocumentChunk").WithSummary("Send the next bytes of a document, at most 1 MiB")
            .WithDescription(
                "The body is the bytes from `offset` on. What was received already is passed over, so a chunk may be sent any number of times; a gap " +
                "is refused with the byte to go on from. 202 while more is to come; 201 with the hash when all is here and right. A wrong hash or a " +
                "file that is not of its type is refused and what was received is forgotten: begin again at 0.")
            .Produces<DocumentAnswer>(StatusCodes.Status202Accepted).Produces<DocumentAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("", async (Guid applicationId, NpgsqlDataSource database, ApplicationSeals seals, CancellationToken cancellationToken) =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                var found = await DocumentRows.ListAsync(connection, applicationId, cancellationToken);
                return Results.Ok(new DocumentsAnswer([.. found.Select(d => d.Answer(seals))]));
            })
            .WithName("listDocuments").WithSummary("The papers and photos of an application, the oldest first")
            .Produces<DocumentsAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{documentId}", async (
                Guid applicationId, Guid documentId, NpgsqlDataSource database, ApplicationSeals seals, CancellationToken cancellationToken) =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                return await DocumentRows.FindAsync(connection, applicationId, documentId, locked: false, cancellationToken) is { } found
                    ? Results.Ok(found.Answer(seals))
                    : ProblemResults.Of(DocumentRules.Unknown(documentId));
            })
            .WithName("getDocument").WithSummary("How much of a document is here")
            .Produces<DocumentAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{documentId}/content", DownloadAsync)
            .WithName("downloadDocument").WithSummary("The bytes of a document, as an attachment; each download leaves an audit row")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> DownloadAsync(
        Guid applicationId, Guid documentId, HttpContext context, NpgsqlDataSource database, ApplicationSeals seals, IDocumentStore store, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await DocumentRows.FindAsync(connection, applicationId, documentId, locked: false, cancellationToken) is not { } found)
        {
            return ProblemResults.Of(DocumentRules.Unknown(documentId));
        }

        if (found.CompletedAt is null)
        {
            return ProblemResults.Of(DocumentRules.Incomplete(found.ReceivedBytes, found.SizeBytes));
        }

        // On record before the first byte leaves.
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await AuditLog.AppendAsync(
                connection, transaction, clock, Actors.Operator, "application.download-document", $"{applicationId}", new { documentId, found.Kind },
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return Results.Stream(
            async stream =>
            {
                await using var reading = await database.OpenConnectionAsync(context.RequestAborted);
                await foreach (var part in store.ReadAsync(reading, documentId, context.RequestAborted))
                {
                    await stream.WriteAsync(part, context.RequestAborted);
                }
            },
            found.MediaType, seals.OpenText(found.NameSealed));
    }
}
