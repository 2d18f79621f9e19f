using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Tiers.Rules;

/// <param name="Version">Names it; counted from 1.</param>
public sealed record TierRuleSetMadeAnswer(int Version, bool ValidateOnly);

/// <param name="Calendar">Also the ETag of the list of rule sets: how many adoptions there are.</param>
public sealed record TierRuleAdoptionAnswer(int Version, DateOnly EffectiveFrom, string Why, int Calendar);

/// <summary>Keeps proposed rule sets, and adopts one from a business date on.</summary>
public sealed class AdoptTierRules(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Rules may be adopted so many days ahead.</summary>
    public const int DaysAheadMax = 366;

    /// <summary>Refuses what <see cref="TierRuleSetCheck"/> does, then a key used for something else. A set is not adopted by being kept.</summary>
    internal async Task<Result<TierRuleSetMadeAnswer>> MakeAsync(
        TierRuleSetContent content, bool validateOnly, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (TierRuleSetCheck.Of(content.ToRules()) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<TierRuleSetMadeAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await LockAsync(connection, cancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            insert into tier_rule_set (version, content, created_by, created_at)
            select max(version) + 1, $1, $2, $3 from tier_rule_set returning version
            """,
            connection);
        Add(insert, content.ToJson(), actor, now);
        var made = new TierRuleSetMadeAnswer((int)(await insert.ExecuteScalarAsync(cancellationToken))!, validateOnly);
        if (validateOnly)
        {
            return made;
        }

        await AuditLog.AppendAsync(connection, transaction, clock, actor, "tierRuleSet.make", $"{made.Version}", new { content.Name }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "tierRuleSet.made", $"{made.Version}", made.Version, new { made.Version, content.Name, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, made, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    /// <summary>
    /// Refuses, in this order: why, a key used for something else, an unknown version, an old calendar, a date that may be judged already or is
    /// too far ahead, a date from which others are adopted.
    /// </summary>
    internal async Task<Result<TierRuleAdoptionAnswer>> AdoptAsync(
        int version, DateOnly? effectiveFrom, string why, int calendar, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(why) || why.Length > 500)
        {
            return MerchantRefusals.Text("why", 500);
        }

        if (CardLikeText.Has(why))
        {
            return Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "why"));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<TierRuleAdoptionAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await LockAsync(connection, cancellationToken);
        var (known, adoptions, lastNight) = await StateAsync(connection, version, cancellationToken);
        var tomorrow = BusinessTime.Today(clock).AddDays(1);
        var earliest = lastNight is { } night && night >= tomorrow ? night.AddDays(1) : tomorrow;
        var from = effectiveFrom ?? earliest;
        if (!known)
        {
            return TierRefusals.UnknownVersion(version);
        }

        if (calendar != adoptions)
        {
            return IfMatch.Stale(calendar, adoptions);
        }

        if (from < earliest)
        {
            return TierRefusals.AdoptedBefore(from, earliest);
        }

        if (from > tomorrow.AddDays(DaysAheadMax))
        {
            return TierRefusals.AdoptTooFar(from, tomorrow.AddDays(DaysAheadMax));
        }

        await using var insert = new NpgsqlCommand(
            """
            insert into tier_rule_adoption (effective_from, version, why, adopted_by, adopted_at) values ($1, $2, $3, $4, $5)
            on conflict on constraint tier_rule_adoption_pk do nothing
            """,
            connection);
        Add(insert, from, version, why, actor, now);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return TierRefusals.AdoptedAlready(from, await TierRuleSets.VersionOnAsync(connection, from, cancellationToken));
        }

        var adopted = new TierRuleAdoptionAnswer(version, from, why, adoptions + 1);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "tierRuleSet.adopt", $"{version}", new { effectiveFrom = from, why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "tierRuleSet.adopted", "calendar", adopted.Calendar, new { version, effectiveFrom = from, why, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, adopted, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return adopted;
    }

    private static async Task<(bool Known, int Adoptions, DateOnly? LastNight)> StateAsync(
        NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select exists (select from tier_rule_set where version = $1), (select count(*) from tier_rule_adoption)::integer,
                   (select max(business_date) from tier_night)
            """,
            connection);
        Add(command, version);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2));
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        Add(command, DatabaseLocks.Tiers);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
