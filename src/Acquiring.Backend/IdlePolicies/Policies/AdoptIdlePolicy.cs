using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Policies;

/// <param name="Version">Names it; counted from 1.</param>
public sealed record IdlePolicyMadeAnswer(int Version, bool ValidateOnly);

/// <param name="Branch">It counts for this branch and all below it that have none of their own; nothing is the whole bank.</param>
/// <param name="Calendar">Also the ETag of the list of policies: how many adoptions there are.</param>
public sealed record IdlePolicyAdoptionAnswer(int Version, string? Branch, DateOnly EffectiveFrom, string Why, int Calendar);

/// <summary>Keeps proposed policies, and adopts one for a branch from a business date on.</summary>
public sealed class AdoptIdlePolicy(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A policy may be adopted so many days ahead.</summary>
    public const int DaysAheadMax = 366;

    /// <summary>Refuses what <see cref="IdlePolicyCheck"/> does, then a key used for something else. A policy is not adopted by being kept.</summary>
    internal async Task<Result<IdlePolicyMadeAnswer>> MakeAsync(
        IdlePolicyContent content, bool validateOnly, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (IdlePolicyCheck.Of(content.ToPolicy()) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<IdlePolicyMadeAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await LockAsync(connection, cancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            insert into idle_policy (version, content, created_by, created_at)
            select max(version) + 1, $1, $2, $3 from idle_policy returning version
            """,
            connection);
        Add(insert, content.ToJson(), actor, now);
        var made = new IdlePolicyMadeAnswer((int)(await insert.ExecuteScalarAsync(cancellationToken))!, validateOnly);
        if (validateOnly)
        {
            return made;
        }

        await AuditLog.AppendAsync(connection, transaction, clock, actor, "idlePolicy.make", $"{made.Version}", new { content.Name }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "idlePolicy.made", $"{made.Version}", made.Version, new { made.Version, content.Name, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, made, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    /// <summary>
    /// Refuses, in this order: why, a key used for something else, an unknown version, an old calendar, an unknown branch, a date that may be
    /// judged already or is too far ahead, a date from which the branch has another.
    /// </summary>
    /// <param name="branch"><c>null</c>: the whole bank.</param>
    internal async Task<Result<IdlePolicyAdoptionAnswer>> AdoptAsync(
        int version, string? branch, DateOnly? effectiveFrom, string why, int calendar, string actor, IdempotencyKey? key,
        CancellationToken cancellationToken)
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
        var first = await IdempotencyStore.TakeAsync<IdlePolicyAdoptionAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await LockAsync(connection, cancellationToken);
        var (known, adoptions, branchKnown, lastNight) = await StateAsync(connection, version, branch ?? "", cancellationToken);
        var tomorrow = BusinessTime.Today(clock).AddDays(1);
        var earliest = lastNight is { } night && night >= tomorrow ? night.AddDays(1) : tomorrow;
        var from = effectiveFrom ?? earliest;
        if ((!known ? IdlePolicyRefusals.UnknownVersion(version)
                : calendar != adoptions ? IfMatch.Stale(calendar, adoptions)
                : branch is not null && !branchKnown ? IdlePolicyRefusals.UnknownBranch(branch.Length > 40 || CardLikeText.Has(branch) ? "…" : branch)
                : from < earliest ? IdlePolicyRefusals.AdoptTooEarly(from, earliest)
                : from > tomorrow.AddDays(DaysAheadMax) ? IdlePolicyRefusals.AdoptTooLate(from, tomorrow.AddDays(DaysAheadMax))
                : null) is { } refusal)
        {
            return refusal;
        }

        await using var insert = new NpgsqlCommand(
            """
            insert into idle_policy_adoption (branch_code, effective_from, version, why, adopted_by, adopted_at) values ($1, $2, $3, $4, $5, $6)
            on conflict on constraint idle_policy_adoption_pk do nothing
            """,
            connection);
        Add(insert, branch ?? "", from, version, why, actor, now);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return IdlePolicyRefusals.AdoptedAlready(from, await AdoptedAsync(connection, branch ?? "", from, cancellationToken));
        }

        var adopted = new IdlePolicyAdoptionAnswer(version, branch, from, why, adoptions + 1);
        var said = new { version, branch, effectiveFrom = from, why };
        await AuditLog.AppendAsync(connection, transaction, clock, actor, "idlePolicy.adopt", $"{version}", said, cancellationToken);
        await Outbox.AppendAsync(
            connection, "idlePolicy.adopted", "calendar", adopted.Calendar, new { version, branch, effectiveFrom = from, why, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, adopted, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return adopted;
    }

    private static async Task<(bool Known, int Adoptions, bool BranchKnown, DateOnly? LastNight)> StateAsync(
        NpgsqlConnection connection, int version, string branch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select exists (select from idle_policy where version = $1), (select count(*) from idle_policy_adoption)::integer,
                   exists (select from branch where branch_code = $2), (select max(business_date) from idle_verdict_night)
            """,
            connection);
        Add(command, version, branch);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetInt32(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3));
    }

    private static async Task<int> AdoptedAsync(NpgsqlConnection connection, string branch, DateOnly from, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select version from idle_policy_adoption where branch_code = $1 and effective_from = $2", connection);
        Add(command, branch, from);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        Add(command, DatabaseLocks.IdlePolicies);
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
