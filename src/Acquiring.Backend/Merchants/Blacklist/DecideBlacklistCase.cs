using System.Text.Json;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>
/// Ends cases. One is cleared by closing its merchant, in that act's transaction, whichever way it came; one is dismissed when it is
/// somebody else, and then the same entries never open another for this merchant.
/// </summary>
public sealed class DecideBlacklistCase(NpgsqlDataSource database, ChangeCounter changes, TimeProvider clock)
{
    public const int DocumentCharsMax = 200;

    /// <summary>
    /// Refuses, in this order: bad texts, a key used for something else, an unknown case, an old version, one that is decided. Repeated under
    /// its key, it answers as the first time.
    /// </summary>
    internal async Task<Result<BlacklistCaseAnswer>> DismissAsync(
        int caseId, int version, string why, string document, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (CheckTexts(why, document) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<BlacklistCaseAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        // As everywhere: no list, no closing beside it.
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await CheckOpenAsync(connection, caseId, version, null, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await EndAsync(connection, [caseId], BlacklistCaseState.Dismissed, why, document, actor, now, cancellationToken);
        await using (var keep = new NpgsqlCommand(
            """
            insert into blacklist_dismissal (blacklist_entry_id, merchant_id, why, document, actor, at)
            select distinct x.blacklist_entry_id, c.merchant_id, $2, $3, $4, $5::timestamptz
            from blacklist_case_match x join blacklist_case c using (blacklist_case_id)
            where x.blacklist_case_id = $1
            """,
            connection))
        {
            foreach (var value in (object[])[caseId, why, document, actor, now])
            {
                keep.Parameters.Add(new() { Value = value });
            }

            await keep.ExecuteNonQueryAsync(cancellationToken);
        }

        var today = BusinessTime.Today(clock);
        await RegradeMerchants.RunAsync(
            connection, [await MerchantOfAsync(connection, caseId, cancellationToken)], today, today, "blacklistCase", actor, now, cancellationToken);
        var decided = (await BlacklistCases.FindAsync(connection, caseId, today, cancellationToken))!;
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "blacklistCase.dismiss", $"{caseId}", new { decided.MerchantNo, decided.Version, why, document },
            cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, decided, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.AdvanceOnline();
        return decided;
    }

    private static async Task<int> MerchantOfAsync(NpgsqlConnection connection, int caseId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_id from blacklist_case where blacklist_case_id = $1", connection);
        command.Parameters.Add(new() { Value = caseId });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>In the transaction that closes these merchants.</summary>
    internal static async Task ClearOfAsync(
        NpgsqlConnection connection, int[] merchantIds, string why, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var open = new List<int>();
        await using (var command = new NpgsqlCommand(
            "select blacklist_case_id from blacklist_case where merchant_id = any($1) and state = 'open' order by 1 for update", connection))
        {
            command.Parameters.Add(new() { Value = merchantIds });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                open.Add(reader.GetInt32(0));
            }
        }

        if (open.Count > 0)
        {
            await EndAsync(connection, [.. open], BlacklistCaseState.Cleared, why, "", actor, nowUtc, cancellationToken);
        }
    }

    /// <summary>Locks the case. Refuses an unknown one (of this merchant, where one is given), an old version, a decided one.</summary>
    internal static async Task<Refusal?> CheckOpenAsync(
        NpgsqlConnection connection, int caseId, int version, int? merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select version, state from blacklist_case where blacklist_case_id = $1 and ($2 is null or merchant_id = $2) for update", connection);
        command.Parameters.Add(new() { Value = caseId });
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = merchantId, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return BlacklistRefusals.Unknown(caseId);
        }

        var state = Enum.Parse<BlacklistCaseState>(reader.GetString(1), ignoreCase: true);
        return reader.GetInt32(0) != version ? IfMatch.Stale(version, reader.GetInt32(0))
            : state != BlacklistCaseState.Open ? BlacklistRefusals.Decided(state)
            : null;
    }

    internal static Refusal? CheckTexts(string why, string document) =>
        Check("why", why, MerchantStep.TextLengthMax) ?? Check("document", document, DocumentCharsMax);

    private static Refusal? Check(string field, string text, int max) =>
        string.IsNullOrWhiteSpace(text) || text.Length > max ? MerchantRefusals.Text(field, max)
        : CardLikeText.Has(text) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", field))
        : null;

    private static async Task EndAsync(
        NpgsqlConnection connection, int[] caseIds, BlacklistCaseState state, string why, string document, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var act = state == BlacklistCaseState.Cleared ? "clear" : "dismiss";
        await using var command = new NpgsqlCommand(
            """
            with ended as (
                update blacklist_case c set state = $2, why = $4, document = $5, decided_by = $6, decided_at = $7, version = c.version + 1
                where c.blacklist_case_id = any($1)
                returning c.blacklist_case_id, c.version, c.merchant_id, c.due_on
            ), told as (
                insert into outbox_event (type, object_key, object_version, payload, at)
                select 'blacklistCase.' || $3, 'blacklist-case-' || e.blacklist_case_id, e.version,
                       jsonb_build_object('blacklistCaseId', e.blacklist_case_id, 'merchantNo', m.merchant_no, 'version', e.version, 'state', $2,
                                          'dueOn', e.due_on, 'why', $4, 'actor', $6), $7
                from ended e
                join merchant m using (merchant_id)
                order by e.blacklist_case_id
            )
            insert into blacklist_case_step (blacklist_case_id, version, act, why, details, actor, at)
            select blacklist_case_id, version, $3, $4, $8, $6, $7 from ended
            """,
            connection);
        foreach (var text in (string[])[MerchantRefusals.Word(state), act, why, document, actor])
        {
            command.Parameters.Add(new() { Value = text, NpgsqlDbType = NpgsqlDbType.Text });
        }

        command.Parameters.Insert(0, new NpgsqlParameter { Value = caseIds });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new()
        {
            Value = JsonSerializer.Serialize(document.Length > 0 ? new { document } : (object)new { }, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
