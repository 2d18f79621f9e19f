using System.Runtime.CompilerServices;
using Acquiring.Backend.Platform.PersonalData;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Documents;

/// <summary>Sealed rows beside everything else: any process takes any chunk, and one backup has them all (decision 0016).</summary>
public sealed class ChunkStore(PersonalDataProtector protector) : IDocumentStore
{
    public async Task AppendAsync(
        NpgsqlConnection connection, Guid documentId, long fromByte, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into document_chunk (document_id, from_byte, bytes_sealed) values ($1, $2, $3)", connection);
        command.Parameters.Add(new() { Value = documentId });
        command.Parameters.Add(new() { Value = fromByte });
        command.Parameters.Add(new() { Value = protector.SealBytes(bytes.Span) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ClearAsync(NpgsqlConnection connection, Guid documentId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("delete from document_chunk where document_id = $1", connection);
        command.Parameters.Add(new() { Value = documentId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async IAsyncEnumerable<byte[]> ReadAsync(
        NpgsqlConnection connection, Guid documentId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select bytes_sealed from document_chunk where document_id = $1 order by from_byte", connection);
        command.Parameters.Add(new() { Value = documentId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return protector.OpenBytes(reader.GetFieldValue<byte[]>(0));
        }
    }
}
