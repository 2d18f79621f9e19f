using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Registry.Import;

/// <summary>How to import.</summary>
/// <param name="Actor">Who does it, for the audit.</param>
/// <param name="DryRun">Judge and count, write nothing.</param>
/// <param name="GoodRowsOnly">Write the good rows although others are bad; rows that need a bad one are bad too.</param>
/// <param name="EffectiveOn">
/// From when changed prices and changed holders of terminals count. Without it prices count from tomorrow, holders from the new
/// installation date or else from today.
/// </param>
public sealed record RegistryImportRequest(string Actor, bool DryRun = false, bool GoodRowsOnly = false, DateOnly? EffectiveOn = null);

/// <summary>One file of an import. The stream is read forward once and stays the caller's.</summary>
public sealed record RegistrySource(RegistryFile File, Stream Content);

/// <summary>
/// Brings the registry to what the files say, all rows in one transaction. The same files again change nothing, not even a version.
/// Rows that a later file lacks stay as they are: an import never deletes, because a partial list is the common case; a merchant or a
/// terminal ends by an act of its own. A price or a holder that changed is a further row with a date, never an edit.
/// A cancelled or failed import leaves nothing behind; repeat it.
/// </summary>
/// <param name="scan">Left out where nobody keeps a blacklist.</param>
public sealed class RegistryImport(
    NpgsqlDataSource dataSource, PersonalDataProtector protector, TimeProvider clock, ChangeCounter changes, ScanForListed? scan = null)
{
    public const int ErrorsListedMax = 1_000;
    public static readonly DateOnly EffectiveOnMin = new(2000, 1, 1);
    public static readonly DateOnly EffectiveOnMax = new(2099, 12, 31);

    /// <summary>
    /// The sources are taken one after the other as they come, so a body may be read while it arrives, in any order of its files.
    /// Refuses what makes a whole file unreadable; bad rows are told in the report.
    /// </summary>
    public async Task<Result<RegistryImportReport>> RunAsync(
        RegistryImportRequest request, IAsyncEnumerable<RegistrySource> sources,
        IRegistryImportProgress? progress, CancellationToken cancellationToken)
    {
        if (request.EffectiveOn is { } on && (on < EffectiveOnMin || on > EffectiveOnMax))
        {
            return RegistryRefusals.EffectiveOnRange(EffectiveOnMin, EffectiveOnMax);
        }

        var begun = clock.GetTimestamp();
        var errors = new ImportErrors(ErrorsListedMax);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var staged = new StagedRegistry(connection, protector, errors, progress);
        try
        {
            await staged.CreateAsync(cancellationToken);
            await foreach (var source in sources.WithCancellation(cancellationToken))
            {
                await staged.StageAsync(source, cancellationToken);
            }
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }

        if (staged.Rows.Count == 0)
        {
            return RegistryRefusals.NoFiles();
        }

        progress?.BeginWriting(staged.Rows.Values.Sum());
        // The staged rows are sealed and this session's alone; from here on others are looked at, so from here on others wait.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var sql = new ImportSql(connection, DatesOf(request));
        await sql.RunAsync($"select pg_advisory_xact_lock({DatabaseLocks.RegistryImport})", cancellationToken);
        await new BranchJudge(sql, staged, errors).RunAsync(cancellationToken);
        await new RowJudge(sql, errors).RunAsync(cancellationToken);
        var kept = await KeptAsync(sql, cancellationToken);
        var bad = await staged.CountBadAsync(sql, cancellationToken);

        if (bad.Values.Sum() > 0 && !request.GoodRowsOnly)
        {
            var counts = staged.Rows.Select(f => new RegistryFileCounts(f.Key, f.Value, 0, 0, 0, bad[f.Key])).OrderBy(f => f.File).ToList();
            return Report(RegistryImportOutcome.Refused, counts, 0, 0);
        }

        if (!request.DryRun)
        {
            // Before any row is locked, as everybody takes it (DatabaseLocks): an online write holds it while it looks at these rows. And no
            // line may be judged between the commit and its announcement: ingest takes the same lock and then asks the counter.
            await IngestLock.TakeAsync(connection, cancellationToken);
        }

        var applied = await RegistryApply.RunAsync(sql, staged.Rows, progress, cancellationToken);
        var files = staged.Rows.OrderBy(f => f.Key).Select(f =>
        {
            var (added, changed) = applied.Of(f.Key);
            return new RegistryFileCounts(f.Key, f.Value, added, changed, f.Value - added - changed - bad[f.Key], bad[f.Key]);
        }).ToList();
        var report = Report(
            request.DryRun ? RegistryImportOutcome.Rehearsed : RegistryImportOutcome.Applied, files, applied.PricesChanged, applied.TerminalsRebound);

        if (!request.DryRun && report.ChangedAnything)
        {
            await AuditLog.AppendAsync(
                connection, transaction, clock, request.Actor, "registry.import", "registry",
                new { files, applied.PricesChanged, applied.TerminalsRebound, request.GoodRowsOnly, request.EffectiveOn }, cancellationToken);
            if (scan is not null)
            {
                // Who comes in by a file, or with another account or name, may stand on the blacklist.
                await scan.RunAsync(connection, request.Actor, cancellationToken);
            }

            await RegistryVersion.AdvanceAsync(connection, cancellationToken);
            changes.AdvanceRegistry();
            await transaction.CommitAsync(cancellationToken);
            changes.Advance();
        }

        // A dry run has done all and undoes it here: what it says is what an import does.
        return report;

        RegistryImportReport Report(
            RegistryImportOutcome outcome, IReadOnlyList<RegistryFileCounts> counts, int pricesChanged, int terminalsRebound) =>
            new(outcome, counts, pricesChanged, terminalsRebound, errors.InOrder(), errors.NotListed,
                (long)clock.GetElapsedTime(begun).TotalMilliseconds)
            {
                Kept = kept.InOrder(),
                KeptNotListed = kept.NotListed,
            };
    }

    /// <summary>Asked for before anything is written: afterwards nothing would tell which row was not taken.</summary>
    private static async Task<ImportErrors> KeptAsync(ImportSql sql, CancellationToken cancellationToken)
    {
        var kept = new ImportErrors(ErrorsListedMax);
        await using var command = sql.Command(TerminalChanges.Kept);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            kept.Add(
                RegistryFile.Terminals, reader.GetInt32(0), RegistryColumns.WholeRow, "registry.terminal-decided", reader.GetString(1),
                new Detail("items", reader.GetString(2)), new Detail("date", reader.GetString(3)));
        }

        return kept;
    }

    private ImportDates DatesOf(RegistryImportRequest request)
    {
        var today = BusinessTime.Today(clock);
        return new(
            clock.GetUtcNow().UtcDateTime,
            request.EffectiveOn ?? today.AddDays(1),
            request.EffectiveOn is { } on ? BusinessTime.ToUtc(on.ToDateTime(TimeOnly.MinValue)) : null,
            BusinessTime.ToUtc(today.ToDateTime(TimeOnly.MinValue)));
    }
}
