using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Withdraw;

/// <summary>What the withdrawal of a file undid.</summary>
/// <param name="AlreadyWithdrawn">It had been withdrawn before; nothing was changed.</param>
/// <param name="Rows">Posted lines taken back.</param>
/// <param name="HeldLines">Lines of the file that left suspense.</param>
/// <param name="BackToHeld">Refunds and reversals of other files that wait again, because their sale is gone.</param>
/// <param name="SendAgain">Complete files that repeated lines of this one: their lines were duplicates then and are missing now. <c>online</c> stands for
/// notices of gateways.</param>
public sealed record WithdrawalReport(
    int FileId, string File, DateOnly BusinessDate, bool AlreadyWithdrawn, long Rows, long HeldLines, int BackToHeld,
    IReadOnlyList<string> SendAgain);

/// <summary>
/// Undoes a wrong file: each of its live rows gets the row that takes it back, and the sums follow. All of it in one transaction; a
/// repetition changes nothing. The file's date expects a file again.
/// </summary>
public sealed class WithdrawFile(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    private const int ReasonLengthMax = 500;

    public async Task<Result<WithdrawalReport>> RunAsync(int fileId, string reason, string actor, CancellationToken cancellationToken)
    {
        if (CardLikeText.Has(reason))
        {
            return TransactionRefusals.CardInText("reason");
        }

        if (reason.Length > ReasonLengthMax)
        {
            return Refusal.Of(RefusalKind.Invalid, "withdraw.reason", new Detail("max", $"{ReasonLengthMax}"));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        if (await WithdrawnRows.FindFileAsync(connection, fileId, cancellationToken) is not { } file)
        {
            return IngestRefusals.UnknownFile($"{fileId}");
        }

        // A repetition brought nothing; what is meant is the file it repeats.
        fileId = file.FileId;

        if (file.State == "withdrawn")
        {
            return new WithdrawalReport(fileId, file.Name, file.BusinessDate, true, 0, 0, 0, []);
        }

        var businessDate = (await Judging.PostingDates.LoadAsync(connection, cancellationToken)).For(file.BusinessDate);
        var dependents = await Dependents.FindAsync(connection, fileId, cancellationToken);
        var rows = await WithdrawnRows.TakeBackAsync(connection, fileId, businessDate, cancellationToken);
        var backToHeld = await dependents.SettleAsync(connection, businessDate, clock.GetUtcNow().UtcDateTime, cancellationToken);
        var heldLines = await WithdrawnRows.WithdrawHeldAsync(connection, fileId, clock.GetUtcNow().UtcDateTime, cancellationToken);
        await WithdrawnRows.MarkAsync(connection, fileId, cancellationToken);
        var sendAgain = await WithdrawnRows.OverlappingAsync(connection, fileId, cancellationToken);
        await VolumeDeltas.FoldAsync(connection, cancellationToken);
        await JournalDates.AdvanceForFileAsync(connection, fileId, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "file.withdraw", $"{fileId}", new { reason, rows, heldLines, backToHeld }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return new WithdrawalReport(fileId, file.Name, file.BusinessDate, false, rows, heldLines, backToHeld, sendAgain);
    }
}
