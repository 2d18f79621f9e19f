using System.Runtime.InteropServices;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// The live lines of a transaction date, whole enough to call another line their duplicate without asking the database. A slot that
/// holds more than one line, or one that was ever taken back, is left to the database. 60 bytes a line.
/// </summary>
internal sealed class PostedTwins
{
    private const int Unclear = -1;

    private readonly record struct Twin(int FileId, int MerchantId, int Batch, PackedReference Reference);

    private readonly Dictionary<ulong, Twin> _twins;

    private PostedTwins(int capacity) => _twins = new(capacity);

    /// <summary>Whether the line repeats a live one in every part of its identity. <c>false</c> says nothing.</summary>
    public bool IsRepeat(Candidate candidate, out int fileId)
    {
        var line = candidate.Line;
        var repeats = _twins.TryGetValue(SlotOf(candidate.TerminalId, line.Stan, line.Kind), out var twin)
            && twin.FileId != Unclear
            && twin.MerchantId == candidate.MerchantId
            && twin.Batch == line.Batch
            && PackedReference.TryOf(line.Reference, out var reference)
            && twin.Reference == reference;
        fileId = twin.FileId;
        return repeats;
    }

    /// <summary>Reads the date's lines; <c>null</c> when there are more than <paramref name="linesMax"/>.</summary>
    public static async Task<PostedTwins?> LoadAsync(
        NpgsqlConnection connection, DateOnly date, int capacity, int linesMax, CancellationToken cancellationToken)
    {
        await using var transaction = await WholeDate.BeginReadingAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            "select terminal_id, stan, kind, merchant_id, batch, turn, file_id, reference from journal where transaction_date = $1 limit $2",
            connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = linesMax + 1L });
        var twins = new PostedTwins(Math.Min(capacity, linesMax));
        var lines = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (++lines > linesMax)
            {
                return null;
            }

            var fits = PackedReference.TryOf(reader.GetString(7), out var reference);
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(
                twins._twins, SlotOf(reader.GetInt32(0), reader.GetInt32(1), (TransactionKind)reader.GetInt16(2)), out var taken);
            place = new(fits && !taken && reader.GetInt16(5) == 0 ? reader.GetInt32(6) : Unclear, reader.GetInt32(3), reader.GetInt32(4), reference);
        }

        return twins;
    }

    // A STAN has six digits (20 bits), a kind two bits.
    private static ulong SlotOf(int terminalId, int stan, TransactionKind kind) =>
        ((ulong)(uint)terminalId << 32) | ((ulong)(uint)stan << 2) | (uint)kind;
}
