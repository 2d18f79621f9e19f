using System.Security.Cryptography;
using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Onboarding.Documents;
using Acquiring.Backend.Platform;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Removal;
using Npgsql;

namespace Acquiring.Backend.Removal.Proof;

/// <param name="RemovalId">Whose order it belongs to.</param>
/// <param name="ReceivedBytes">Go on from here.</param>
/// <param name="IsComplete">Everything is here and its hash is right: the client may let go of its copy.</param>
public sealed record RemovalPhotoAnswer(
    Guid DocumentId, long RemovalId, string Kind, string MediaType, long SizeBytes, string Sha256, long ReceivedBytes, bool IsComplete);

/// <summary>Photos and signatures of a removal: declared, then sent in chunks, as the papers of an application and into the same store (decision 0016).</summary>
public sealed class RemovalPhotos(NpgsqlDataSource database, ApplicationSeals seals, IDocumentStore store, TimeProvider clock)
{
    public const string Photo = "photo";
    public const string Signature = "signature";
    public const int PerRemovalMax = 10;

    /// <summary>Declared again it is the same and says how much of it is there. Refuses, in this order: the id, an unknown removal, bad fields, another declaration, a removal that is no order.</summary>
    internal async Task<(RemovalPhotoAnswer? Photo, Refusal? Refusal, IReadOnlyList<FieldFault> Faults)> DeclareAsync(
        long removalId, DeclareDocumentRequest request, string actor, CancellationToken cancellationToken)
    {
        if (request.DocumentId.Version != 7)
        {
            return (null, OnboardingRefusals.BadId(), []);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RemovalRows.LockAsync(connection, removalId, cancellationToken) is not { } removal)
        {
            return (null, RemovalRefusals.Unknown(removalId), []);
        }

        var faults = DocumentRules.Check(request, [Photo, Signature]);
        if (faults.Count > 0)
        {
            return (null, DocumentRules.Invalid(faults.Count), faults);
        }

        var mark = seals.MarkContent(new { removalId, request });
        var documents = await ListAsync(connection, removalId, cancellationToken);
        if (documents.Find(d => d.Id == request.DocumentId) is { } known)
        {
            return known.DeclaredMark.AsSpan().SequenceEqual(mark) ? (Answer(known, removalId), null, []) : (null, DocumentRules.Differs(request.DocumentId), []);
        }

        if (removal.State != RemovalState.Ordered || documents.Count >= PerRemovalMax)
        {
            return (null, removal.State != RemovalState.Ordered ? NotOrdered(removal) : DocumentRules.TooMany(), []);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var document = new StoredDocument(
            request.DocumentId, Guid.Empty, request.Kind!, seals.Seal(request.Name!), request.MediaType!, request.SizeBytes, Convert.FromHexString(request.Sha256!), mark,
            0, now, null);
        await using (var insert = new NpgsqlCommand(
            """
            insert into application_document (document_id, removal_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, declared_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict on constraint application_document_pk do nothing
            """,
            connection))
        {
            RemovalRows.Add(
                insert, document.Id, removalId, document.Kind, document.NameSealed, document.MediaType, document.SizeBytes, document.Sha256, document.DeclaredMark, now);
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                // It is another's.
                return (null, DocumentRules.Differs(request.DocumentId), []);
            }
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "removal.declare-photo", $"{removalId}", new { documentId = document.Id, document.Kind, document.SizeBytes },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (Answer(document, removalId), null, []);
    }

    /// <summary>
    /// Takes a chunk. What was received already is passed over; the last one checks the whole. Refuses an empty chunk, what is unknown, more than was
    /// declared, a gap, a removal that is no order any more, a hash or a type that does not fit: then the client begins again.
    /// </summary>
    internal async Task<Result<RemovalPhotoAnswer>> ReceiveAsync(
        long removalId, Guid documentId, long fromByte, ReadOnlyMemory<byte> bytes, string actor, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
        {
            return DocumentRules.EmptyChunk();
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RemovalRows.LockAsync(connection, removalId, cancellationToken) is not { } removal)
        {
            return RemovalRefusals.Unknown(removalId);
        }

        if ((await ListAsync(connection, removalId, cancellationToken)).Find(d => d.Id == documentId) is not { } document)
        {
            return DocumentRules.Unknown(documentId);
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
            return Answer(document, removalId);
        }

        if (removal.State != RemovalState.Ordered)
        {
            return NotOrdered(removal);
        }

        var fresh = bytes[(int)(document.ReceivedBytes - fromByte)..];
        await store.AppendAsync(connection, documentId, document.ReceivedBytes, fresh, cancellationToken);
        var received = document.ReceivedBytes + fresh.Length;
        Refusal? wrong = null;
        if (received == document.SizeBytes && (wrong = await CheckAsync(connection, document, cancellationToken)) is not null)
        {
            await store.ClearAsync(connection, documentId, cancellationToken);
            received = 0;
        }

        var completedAt = received == document.SizeBytes ? clock.GetUtcNow().UtcDateTime : (DateTime?)null;
        await DocumentRows.ReceivedAsync(connection, documentId, received, completedAt, cancellationToken);
        if (completedAt is not null)
        {
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "removal.receive-photo", $"{removalId}", new { documentId, document.Kind, document.SizeBytes }, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return wrong is not null ? wrong : Answer(document with { ReceivedBytes = received, CompletedAt = completedAt }, removalId);
    }

    internal static async Task<List<StoredDocument>> ListAsync(NpgsqlConnection connection, long removalId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {DocumentRows.Columns} from application_document where removal_id = $1 order by document_id", connection);
        RemovalRows.Add(command, removalId);
        return await DocumentRows.ReadAsync(command, cancellationToken);
    }

    private static Refusal NotOrdered(StoredRemoval removal) =>
        RemovalRefusals.IllegalStep(removal.State, RemovalAct.Recover, RemovalStanding.LegalActs(removal.State));

    private static RemovalPhotoAnswer Answer(StoredDocument d, long removalId) => new(
        d.Id, removalId, d.Kind, d.MediaType, d.SizeBytes, Convert.ToHexStringLower(d.Sha256), d.ReceivedBytes, d.CompletedAt is not null);

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
