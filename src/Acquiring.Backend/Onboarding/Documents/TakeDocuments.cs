using System.Security.Cryptography;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Documents;

/// <summary>Takes in documents: first what is to come, then its bytes, in order, however often the network breaks.</summary>
public sealed class TakeDocuments(
    NpgsqlDataSource database, ApplicationSeals seals, FormBook forms, IDocumentStore store, TimeProvider clock)
{
    /// <summary>Declared again it is the same document and says how much of it is there.</summary>
    internal async Task<(DocumentAnswer? Document, Refusal? Refusal, IReadOnlyList<FieldFault> Faults)> DeclareAsync(
        Guid applicationId, DeclareDocumentRequest request, string actor, CancellationToken cancellationToken)
    {
        if (request.DocumentId.Version != 7)
        {
            return (null, OnboardingRefusals.BadId(), []);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ApplicationRows.LockAsync(connection, seals, applicationId, cancellationToken) is not { } application)
        {
            return (null, OnboardingRefusals.Unknown(applicationId), []);
        }

        var faults = DocumentRules.Check(request, forms.Find(application.FormVersion)!);
        if (faults.Count > 0)
        {
            return (null, DocumentRules.Invalid(faults.Count), faults);
        }

        var mark = seals.MarkContent(new { applicationId, request });
        var documents = await DocumentRows.ListAsync(connection, applicationId, cancellationToken);
        if (documents.Find(d => d.Id == request.DocumentId) is { } known)
        {
            return known.DeclaredMark.AsSpan().SequenceEqual(mark) ? (known.Answer(seals), null, []) : (null, DocumentRules.Differs(request.DocumentId), []);
        }

        if (!ApplicationStanding.TakesDocuments(application.State))
        {
            return (null, DocumentRules.Closed(application.State), []);
        }

        if (documents.Count >= DocumentRules.PerApplicationMax)
        {
            return (null, DocumentRules.TooMany(), []);
        }

        var document = new StoredDocument(
            request.DocumentId, applicationId, request.Kind!, seals.Seal(request.Name!), request.MediaType!, request.SizeBytes,
            Convert.FromHexString(request.Sha256!), mark, 0, clock.GetUtcNow().UtcDateTime, null);
        if (!await DocumentRows.InsertAsync(connection, document, cancellationToken))
        {
            // It is another application's.
            return (null, DocumentRules.Differs(request.DocumentId), []);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "application.declare-document", $"{applicationId}",
            new { documentId = document.Id, document.Kind, document.SizeBytes }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (document.Answer(seals), null, []);
    }

    /// <summary>
    /// Takes a chunk. What was received already is passed over; the last one checks the whole. Refuses an unknown document, one whose
    /// application takes none now, a gap, more than was declared, a hash or a type that does not fit: then the client begins again.
    /// </summary>
    internal async Task<Result<DocumentAnswer>> ReceiveAsync(
        Guid applicationId, Guid documentId, long fromByte, ReadOnlyMemory<byte> bytes, string actor, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
        {
            return DocumentRules.EmptyChunk();
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The application first, as everywhere: a verification and a last chunk come one after the other.
        var application = await ApplicationRows.LockAsync(connection, seals, applicationId, cancellationToken);
        if (application is null || await DocumentRows.FindAsync(connection, applicationId, documentId, locked: true, cancellationToken) is not { } document)
        {
            return application is null ? OnboardingRefusals.Unknown(applicationId) : DocumentRules.Unknown(documentId);
        }

        if (fromByte < 0 || fromByte > document.SizeBytes || fromByte + bytes.Length > document.SizeBytes)
        {
            return DocumentRules.TooLong(document.SizeBytes);
        }

        if (fromByte > document.ReceivedBytes)
        {
            return DocumentRules.Gap(document.ReceivedBytes);
        }

        if (fromByte + bytes.Length <= document.ReceivedBytes)
        {
            return document.Answer(seals);
        }

        if (!ApplicationStanding.TakesDocuments(application.State))
        {
            return DocumentRules.Closed(application.State);
        }

        var fresh = bytes[(int)(document.ReceivedBytes - fromByte)..];
        await store.AppendAsync(connection, documentId, document.ReceivedBytes, fresh, cancellationToken);
        var received = document.ReceivedBytes + fresh.Length;
        var now = clock.GetUtcNow().UtcDateTime;
        Refusal? wrong = null;
        if (received == document.SizeBytes && (wrong = await CheckAsync(connection, document, cancellationToken)) is not null)
        {
            await store.ClearAsync(connection, documentId, cancellationToken);
            received = 0;
        }

        var completedAt = received == document.SizeBytes ? now : (DateTime?)null;
        await DocumentRows.ReceivedAsync(connection, documentId, received, completedAt, cancellationToken);
        if (completedAt is not null)
        {
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "application.receive-document", $"{applicationId}",
                new { documentId, document.Kind, document.SizeBytes }, cancellationToken);
            await Outbox.AppendAsync(
                connection, "application.receive-document", $"{applicationId}", application.Version,
                new { applicationId, documentId, document.Kind, document.SizeBytes, actor }, now, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return wrong is not null ? wrong : (document with { ReceivedBytes = received, CompletedAt = completedAt }).Answer(seals);
    }

    private async Task<Refusal?> CheckAsync(NpgsqlConnection connection, StoredDocument document, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = new List<byte>();
        await foreach (var part in store.ReadAsync(connection, document.Id, cancellationToken))
        {
            sum.AppendData(part);
            first.AddRange(part.Take(16 - Math.Min(16, first.Count)));
        }

        return !sum.GetHashAndReset().AsSpan().SequenceEqual(document.Sha256) ? DocumentRules.HashDiffers()
            : !DocumentRules.BeginsAs(document.MediaType, [.. first]) ? DocumentRules.NotWhatItSays(document.MediaType)
            : null;
    }
}
