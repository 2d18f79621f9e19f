using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Documents;

/// <summary>
/// Takes a paper back that was sent by mistake, as long as the application is its maker's: a draft, or one that is to be mended. What was
/// handed in is evidence and stays. Its bytes go with the commit; the audit keeps that it was there.
/// </summary>
public sealed class DeleteDocument(NpgsqlDataSource database, ApplicationSeals seals, IDocumentStore store, TimeProvider clock)
{
    /// <summary>Refuses, in this order: an unknown application, an unknown document, an application that was handed in. Answers what is left.</summary>
    internal async Task<Result<DocumentsAnswer>> RunAsync(Guid applicationId, Guid documentId, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The application first, as everywhere: a submission and a deletion come one after the other.
        if (await ApplicationRows.LockAsync(connection, seals, applicationId, cancellationToken) is not { } application)
        {
            return OnboardingRefusals.Unknown(applicationId);
        }

        if (await DocumentRows.FindAsync(connection, applicationId, documentId, locked: true, cancellationToken) is not { } document)
        {
            return DocumentRules.Unknown(documentId);
        }

        if (application.State is not (ApplicationState.Draft or ApplicationState.NeedsFix))
        {
            return Refusal.Of(RefusalKind.Conflict, "document.handed-in", new Detail("state", ApplicationStanding.Word(application.State)));
        }

        await store.ClearAsync(connection, documentId, cancellationToken);
        await using (var delete = new NpgsqlCommand("delete from application_document where document_id = $1", connection))
        {
            delete.Parameters.Add(new() { Value = documentId });
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "application.delete-document", $"{applicationId}",
            new { documentId, document.Kind, document.SizeBytes, sha256 = Convert.ToHexStringLower(document.Sha256) }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "application.delete-document", $"{applicationId}", application.Version, new { applicationId, documentId, document.Kind, actor },
            clock.GetUtcNow().UtcDateTime, cancellationToken);
        var left = await DocumentRows.ListAsync(connection, applicationId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new DocumentsAnswer([.. left.Select(d => d.Answer(seals))]);
    }
}
