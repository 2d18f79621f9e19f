using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Blacklist;

/// <summary>
/// Says, with evidence, that an applicant is not the one on the list: approval then passes over these entries, and the merchant it makes gets
/// no case for them. The application itself stays as it is.
/// </summary>
public sealed class DismissListed(NpgsqlDataSource database, ApplicationSeals seals, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: bad texts, a key used for something else, an unknown application, an old version, one that ended, entries that
    /// do not name it. Again for an entry that was dismissed already, it changes nothing of it.
    /// </summary>
    internal async Task<ApplicationOutcome> RunAsync(
        Guid id, int version, IReadOnlyList<int> entryIds, string why, string document, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (DecideBlacklistCase.CheckTexts(why, document) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<ApplicationRecord>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        if (await ApplicationRows.LockAsync(connection, seals, id, cancellationToken) is not { } present)
        {
            return OnboardingRefusals.Unknown(id);
        }

        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        if (ApplicationStanding.LegalFrom(present.State).Count == 0)
        {
            return Core.Refusals.Refusal.Of(
                Core.Refusals.RefusalKind.Conflict, "application.ended", new("act", "dismissBlacklistMatch"),
                new("state", ApplicationStanding.Word(present.State)));
        }

        var marks = seals.ListedMarksOf(present.Form);
        var matches = await BlacklistMatch.FindAsync(connection, id, marks, cancellationToken);
        foreach (var entryId in entryIds)
        {
            if (matches.All(m => m.EntryId != entryId))
            {
                return BlacklistRefusals.NoSuchMatch(entryId);
            }
        }

        var fresh = entryIds.Distinct().Where(e => matches.Any(m => m.EntryId == e && !m.Dismissed)).Order().ToArray();
        if (fresh.Length > 0)
        {
            await KeepAsync(connection, id, fresh, why, document, actor, now, cancellationToken);
            await AuditLog.AppendAsync(
                connection, transaction, clock, actor, "application.dismiss-blacklist-match", $"{id}", new { version, entryIds = fresh, why, document },
                cancellationToken);
            // The application's version stays, so these events are in an order of their own.
            await Outbox.AppendAsync(
                connection, "application.dismiss-blacklist-match", $"{id}/blacklist", await NextVersionAsync(connection, id, cancellationToken), new { applicationId = id, version, entryIds = fresh, why, actor }, now,
                cancellationToken);
        }

        var record = new ApplicationRecord(
            id, version, present.State, present.FormVersion, [], present.Fixes,
            await FindDuplicates.OfAsync(connection, id, seals.MarksOf(present.Form), cancellationToken))
        {
            Blacklist = await BlacklistMatch.FindAsync(connection, id, marks, cancellationToken),
        };
        await IdempotencyStore.AnswerAsync(connection, key, record, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return record;
    }

    /// <summary>What was dismissed of the application is dismissed of the merchant it becomes.</summary>
    internal static async Task PassOnAsync(NpgsqlConnection connection, Guid applicationId, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into blacklist_dismissal (blacklist_entry_id, merchant_id, why, document, actor, at)
            select blacklist_entry_id, $2, why, document, actor, at from blacklist_dismissal where application_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = applicationId });
        command.Parameters.Add(new() { Value = merchantId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The application is locked: nobody counts beside it.</summary>
    private static async Task<int> NextVersionAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 + count(*)::integer from outbox_event where object_key = $1", connection);
        command.Parameters.Add(new() { Value = $"{id}/blacklist" });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task KeepAsync(
        NpgsqlConnection connection, Guid id, int[] entryIds, string why, string document, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into blacklist_dismissal (blacklist_entry_id, application_id, why, document, actor, at)
            select e, $1, $3, $4, $5, $6 from unnest($2) e
            """,
            connection);
        foreach (var value in (object[])[id, entryIds, why, document, actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
