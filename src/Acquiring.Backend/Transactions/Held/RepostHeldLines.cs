using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Held;

/// <param name="Tried">Open lines that were judged again.</param>
/// <param name="Posted">Of these, and of the refunds that waited for them, those posted now.</param>
/// <param name="Dismissed">Lines that turned out to be posted already.</param>
/// <param name="StillHeld">Lines that wait on, each with its present reason.</param>
public sealed record RepostReport(int Tried, int Posted, int Dismissed, int StillHeld);

/// <summary>
/// Judges lines in suspense again, after the registry has learnt of their terminal or merchant. Harmless to repeat: a line that still
/// cannot be posted stays where it is.
/// </summary>
public sealed class RepostHeldLines(NpgsqlDataSource database, RegistrySnapshots registries, ChangeCounter changes, TimeProvider clock)
{
    /// <summary>Lines in one transaction.</summary>
    private const int ChunkLines = 5_000;

    /// <param name="ids">Which lines; <c>null</c> is all open ones.</param>
    public async Task<RepostReport> RunAsync(IReadOnlyList<long>? ids, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var report = new RepostReport(0, 0, 0, 0);
        long afterId = 0;
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await IngestLock.TakeAsync(connection, cancellationToken);
            var registry = await registries.CurrentAsync(connection, cancellationToken);
            var candidates = await HeldLineStore.LoadOpenAsync(connection, ids?.ToArray(), afterId, ChunkLines, cancellationToken);
            if (candidates.Count == 0)
            {
                return report;
            }

            var now = clock.GetUtcNow().UtcDateTime;
            var adjustOn = candidates.Max(c => c.BusinessDate);
            var judgement = await LineJudge.JudgeAsync(connection, registry, adjustOn, candidates, cancellationToken);
            await JournalWriter.AppendAsync(connection, judgement.Rows, cancellationToken);
            await HeldLineStore.SettleAsync(connection, [.. candidates, .. judgement.Released], now, cancellationToken);
            var posted = candidates.Count(c => c.Outcome == Outcome.Posted) + judgement.Released.Count;
            var dismissed = candidates.Count(c => c.Outcome == Outcome.Duplicate);
            report = new RepostReport(
                report.Tried + candidates.Count, report.Posted + posted, report.Dismissed + dismissed,
                report.StillHeld + candidates.Count(c => c.Outcome == Outcome.Held));
            if (posted + dismissed > 0)
            {
                await AuditLog.AppendAsync(
                    connection, transaction, clock, actor, "held.repost", $"{candidates[0].HeldLineId}-{candidates[^1].HeldLineId}",
                    new { posted, dismissed }, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            changes.Advance();
            afterId = candidates[^1].HeldLineId!.Value;
        }
    }
}
