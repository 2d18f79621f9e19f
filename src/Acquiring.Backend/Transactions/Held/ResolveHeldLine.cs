using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Transactions.Held;

public enum HeldLineAction
{
    /// <summary>The line is not ours or not real: it is never posted, and coming again it is a duplicate.</summary>
    Dismiss,

    /// <summary>The line names the wrong merchant or terminal: it gets the right ones and is judged again at once.</summary>
    Correct,
}

/// <param name="Note">Why; kept with the line. 1 to 500 characters.</param>
public sealed record HeldLineResolution(HeldLineAction? Action, string Note, string? MerchantNo = null, string? TerminalNo = null);

/// <summary>A person's decision on one line in suspense. What the file said is kept in the audit entry.</summary>
public sealed class ResolveHeldLine(NpgsqlDataSource database, RepostHeldLines repost, TimeProvider clock)
{
    private const int NoteLengthMax = 500;

    /// <summary>
    /// Refuses, in this order: no action, a card number in the note, a missing note, numbers of a wrong form, an unknown line, a line already decided. Repeated, it is refused
    /// as already decided and changes nothing.
    /// </summary>
    public async Task<Result<RepostReport>> RunAsync(
        long heldLineId, HeldLineResolution resolution, string actor, CancellationToken cancellationToken)
    {
        if (Check(resolution) is { } refusal)
        {
            return refusal;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await IngestLock.TakeAsync(connection, cancellationToken);
            if (await DecideAsync(connection, transaction, heldLineId, resolution, actor, cancellationToken) is { } decided)
            {
                return decided;
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return resolution.Action == HeldLineAction.Dismiss
            ? new RepostReport(1, 0, 1, 0)
            : await repost.RunAsync([heldLineId], actor, cancellationToken);
    }

    private static Refusal? Check(HeldLineResolution resolution)
    {
        if (resolution.Action is null)
        {
            return Refusal.Of(RefusalKind.Invalid, "held.action");
        }

        if (CardLikeText.Has(resolution.Note ?? ""))
        {
            return TransactionRefusals.CardInText("note");
        }

        if (string.IsNullOrWhiteSpace(resolution.Note) || resolution.Note.Length > NoteLengthMax)
        {
            return Refusal.Of(RefusalKind.Invalid, "held.note", new Detail("max", $"{NoteLengthMax}"));
        }

        if (resolution.Action == HeldLineAction.Correct && resolution.MerchantNo is null && resolution.TerminalNo is null)
        {
            return Refusal.Of(RefusalKind.Invalid, "held.correct-nothing");
        }

        if (resolution.MerchantNo is { } merchantNo && !MerchantNo.TryParse(merchantNo, out _))
        {
            return Refusal.Of(RefusalKind.Invalid, "held.merchant-no", new Detail("length", $"{MerchantNo.Length}"));
        }

        return resolution.TerminalNo is { } terminalNo && !TerminalNo.TryParse(terminalNo, out _)
            ? Refusal.Of(RefusalKind.Invalid, "held.terminal-no", new Detail("length", $"{TerminalNo.Length}"))
            : null;
    }

    private async Task<Refusal?> DecideAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long heldLineId, HeldLineResolution resolution, string actor,
        CancellationToken cancellationToken)
    {
        string state, merchantNo, terminalNo;
        await using (var read = new NpgsqlCommand(
            "select state, merchant_no, terminal_no from held_line where held_line_id = $1 for update", connection, transaction))
        {
            read.Parameters.Add(new() { Value = heldLineId });
            await using var reader = await read.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return Refusal.Of(RefusalKind.NotFound, "held.unknown", new Detail("heldLineId", $"{heldLineId}"));
            }

            (state, merchantNo, terminalNo) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
        }

        if (state != "held")
        {
            return Refusal.Of(
                RefusalKind.Conflict, "held.decided", new Detail("heldLineId", $"{heldLineId}"), new Detail("state", state));
        }

        await using var update = new NpgsqlCommand(
            """
            update held_line
               set state = $2, note = $3, decided_at = case when $2 = 'held' then null else $4 end, version = version + 1,
                   merchant_no = coalesce($5, merchant_no), terminal_no = coalesce($6, terminal_no),
                   named_merchant_no = case when $5 is null then named_merchant_no else coalesce(named_merchant_no, merchant_no) end,
                   named_terminal_no = case when $6 is null then named_terminal_no else coalesce(named_terminal_no, terminal_no) end
             where held_line_id = $1
            """,
            connection, transaction);
        var correct = resolution.Action == HeldLineAction.Correct;
        update.Parameters.Add(new() { Value = heldLineId });
        update.Parameters.Add(new() { Value = correct ? "held" : "dismissed" });
        update.Parameters.Add(new() { Value = resolution.Note });
        update.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        update.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = correct ? resolution.MerchantNo : null });
        update.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = correct ? resolution.TerminalNo : null });
        await update.ExecuteNonQueryAsync(cancellationToken);

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, correct ? "held.correct" : "held.dismiss", $"{heldLineId}",
            new { was = new { merchantNo, terminalNo }, resolution.MerchantNo, resolution.TerminalNo, resolution.Note }, cancellationToken);
        return null;
    }
}
