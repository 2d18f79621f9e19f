using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.History;

/// <summary>
/// Imports day volumes by terminal of the time before our own journal: all rows, or none when one is bad. The same days again change
/// nothing. A terminal's latest imported day with sales becomes the activity that the registry knows, where it knows no later one.
/// A cancelled or failed import leaves nothing behind; repeat it.
/// </summary>
public sealed class ImportVolumes(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock, TextCatalog texts)
{
    public const int MonthsMax = 24;

    /// <summary>Refuses what makes the whole file unreadable; bad rows are in the answer.</summary>
    public async Task<Result<CsvImportAnswer>> RunAsync(
        Stream body, bool dryRun, string actor, CultureInfo language, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        var min = new DateOnly(today.Year, today.Month, 1).AddMonths(-MonthsMax);
        var rows = new CsvRows("volumes", VolumeColumns.All);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var staged = new StagedVolumes(connection, rows);
        byte[] digest;
        try
        {
            digest = await staged.StageAsync(body, min, today, cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }

        // From here on the registry is looked at, and terminals are changed as an import of it does.
        await staged.RunAsync($"select pg_advisory_xact_lock({DatabaseLocks.RegistryImport})", cancellationToken);
        await staged.JudgeAsync(cancellationToken);
        if (rows.Bad > 0)
        {
            return rows.Answer(dryRun, 0, texts, language);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var importId = Guid.CreateVersion7(clock.GetUtcNow());
        var added = await staged.AddAsync(importId, digest, actor, now, cancellationToken);
        if (!dryRun && added > 0)
        {
            var moved = await staged.MoveKnownActivityAsync(importId, now, cancellationToken);
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "volumes.import", $"{importId}",
                new { rows.Rows, added, terminalsActiveLater = moved, sha256 = Convert.ToHexStringLower(digest) }, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            changes.Advance();
        }

        return rows.Answer(dryRun, added, texts, language);
    }
}

/// <summary>The columns of a file of day volumes. An amount's unit is declared by its column's name, never guessed.</summary>
internal static class VolumeColumns
{
    public const string Date = "date";

    public static readonly IReadOnlyList<string> All =
    [
        RegistryColumns.MerchantNo, RegistryColumns.TerminalNo, Date, "sale_count", "sale_amount_fen|sale_amount_yuan", "refund_count",
        "refund_amount_fen|refund_amount_yuan", "fee_fen|fee_yuan",
    ];
}
