using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Held;

/// <summary>A line in suspense, as people see it.</summary>
/// <param name="FileId">0 is an online notice, which has no line either.</param>
/// <param name="Card">Masked; empty without a card.</param>
/// <param name="ReasonText">Why it waits and what would let it post, in the reader's language.</param>
public sealed record HeldLineView(
    long HeldLineId, int FileId, string File, long Line, DateOnly BusinessDate, string MerchantNo, string TerminalNo, int? Batch, int Stan,
    DateTimeOffset OccurredAt, TransactionKind Kind, Money Amount, CardKind CardKind, string Card, string Reference,
    string OriginalReference, string Reason, string ReasonText, string State, string Note, DateTimeOffset HeldAt,
    DateTimeOffset? DecidedAt, int Version);

/// <summary>Which lines a list shows; <c>null</c> is any.</summary>
public sealed record HeldLineFilter(string? State, string? Reason, int? FileId);

/// <summary>Reads suspense for people.</summary>
public sealed class HeldLines(NpgsqlDataSource database, TextCatalog texts)
{
    public async Task<IReadOnlyList<HeldLineView>> ListAsync(
        HeldLineFilter filter, long afterId, int countMax, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select h.held_line_id, h.file_id, coalesce(f.file_name, 'online'), h.line_no, h.business_date, h.merchant_no, h.terminal_no, h.batch, h.stan,
                   h.occurred_at, h.kind, h.amount_fen, h.card_kind, h.card, h.reference, h.original_reference, h.reason, h.state, h.note,
                   h.held_at, h.decided_at, h.version
            from held_line h
            left join clearing_file f using (file_id)
            where h.held_line_id > $1
              and ($2 is null or h.state = $2) and ($3 is null or h.reason = $3) and ($4 is null or h.file_id = $4)
            order by h.held_line_id
            limit $5
            """);
        command.Parameters.Add(new() { Value = afterId });
        Add(filter.State, NpgsqlDbType.Text);
        Add(filter.Reason, NpgsqlDbType.Text);
        Add(filter.FileId, NpgsqlDbType.Integer);
        command.Parameters.Add(new() { Value = countMax });
        var lines = new List<HeldLineView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(Read(reader, language));
        }

        return lines;

        void Add(object? value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    private HeldLineView Read(NpgsqlDataReader reader, CultureInfo language)
    {
        var (merchantNo, terminalNo, reason) = (reader.GetString(5), reader.GetString(6), reader.GetString(16));
        var reasonText = texts.Text(
            $"held.reason.{reason}", language,
            new Detail("merchantNo", merchantNo), new Detail("terminalNo", terminalNo), new Detail("originalReference", reader.GetString(15)));
        var batch = reader.GetInt32(7);
        return new HeldLineView(
            reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt32(1) == 0 ? 0 : reader.GetInt64(3), reader.GetFieldValue<DateOnly>(4), merchantNo,
            terminalNo, batch < 0 ? null : batch, reader.GetInt32(8),
            BusinessTime.ToOffset(BusinessTime.FromUtc(reader.GetDateTime(9))), (TransactionKind)reader.GetInt16(10),
            new Money(reader.GetInt64(11)), (CardKind)reader.GetInt16(12),
            reader.IsDBNull(13) ? "" : new CardMask(reader.GetInt64(13)).ToString(), reader.GetString(14), reader.GetString(15), reason,
            reasonText, reader.GetString(17), reader.GetString(18), reader.GetFieldValue<DateTimeOffset>(19),
            reader.IsDBNull(20) ? null : reader.GetFieldValue<DateTimeOffset>(20), reader.GetInt32(21));
    }
}
