using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding.Documents;

internal sealed record StoredDocument(
    Guid Id, Guid ApplicationId, string Kind, byte[] NameSealed, string MediaType, long SizeBytes, byte[] Sha256, byte[] DeclaredMark, long ReceivedBytes,
    DateTime DeclaredAt, DateTime? CompletedAt)
{
    public DocumentAnswer Answer(ApplicationSeals seals) => new(
        Id, ApplicationId, Kind, seals.OpenText(NameSealed), MediaType, SizeBytes, Convert.ToHexStringLower(Sha256), ReceivedBytes, CompletedAt is not null,
        new(DeclaredAt), CompletedAt is { } at ? new(at) : null);
}

internal static class DocumentRows
{
    internal const string Columns =
        "document_id, application_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, received_bytes, declared_at, completed_at";

    public static async Task<List<StoredDocument>> ListAsync(NpgsqlConnection connection, Guid applicationId, CancellationToken cancellationToken) =>
        await ReadAsync(connection, $"select {Columns} from application_document where application_id = $1 order by document_id", applicationId, cancellationToken);

    /// <summary>Of this application only: another's is unknown here.</summary>
    public static async Task<StoredDocument?> FindAsync(
        NpgsqlConnection connection, Guid applicationId, Guid documentId, bool locked, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
            connection, $"select {Columns} from application_document where document_id = $1 {(locked ? "for update" : "")}", documentId, cancellationToken);
        // Photos of a removal are of no application; asked for by the empty id they are not here.
        return applicationId != Guid.Empty && found.Count == 1 && found[0].ApplicationId == applicationId ? found[0] : null;
    }

    /// <summary>False when the id is there already.</summary>
    public static async Task<bool> InsertAsync(NpgsqlConnection connection, StoredDocument document, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into application_document (document_id, application_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, declared_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict on constraint application_document_pk do nothing
            """,
            connection);
        foreach (var value in (object[])
        [
            document.Id, document.ApplicationId, document.Kind, document.NameSealed, document.MediaType, document.SizeBytes, document.Sha256,
            document.DeclaredMark, document.DeclaredAt,
        ])
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public static async Task ReceivedAsync(
        NpgsqlConnection connection, Guid documentId, long receivedBytes, DateTime? completedAt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update application_document set received_bytes = $2, completed_at = $3 where document_id = $1", connection);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, documentId);
        ApplicationRows.Add(command, NpgsqlDbType.Bigint, receivedBytes);
        ApplicationRows.Add(command, NpgsqlDbType.TimestampTz, completedAt);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<StoredDocument>> ReadAsync(NpgsqlConnection connection, string sql, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancellationToken);
    }

    internal static async Task<List<StoredDocument>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var documents = new List<StoredDocument>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(new(
                reader.GetGuid(0), reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetString(4), reader.GetInt64(5),
                reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7), reader.GetInt64(8), reader.GetDateTime(9),
                reader.IsDBNull(10) ? null : reader.GetDateTime(10)));
        }

        return documents;
    }
}
