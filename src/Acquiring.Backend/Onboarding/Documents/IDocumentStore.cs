using Npgsql;

namespace Acquiring.Backend.Onboarding.Documents;

/// <summary>Where the bytes of documents lie. What it writes counts from the commit of the connection's transaction on.</summary>
public interface IDocumentStore
{
    Task AppendAsync(NpgsqlConnection connection, Guid documentId, long fromByte, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Forgets what was received.</summary>
    Task ClearAsync(NpgsqlConnection connection, Guid documentId, CancellationToken cancellationToken);

    /// <summary>The bytes from the first on, in parts.</summary>
    IAsyncEnumerable<byte[]> ReadAsync(NpgsqlConnection connection, Guid documentId, CancellationToken cancellationToken);
}
