using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Scorecards.Ask;
using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Scorecards.Targets;

/// <param name="BranchCode">Of a branch with all below it; or <paramref name="ManagerCode"/>, not both.</param>
/// <param name="Measure">A measure or a share.</param>
/// <param name="Year">2000 to 2099.</param>
/// <param name="Month">1 to 12; left out: the whole year.</param>
/// <param name="Value">In the unit of the measure, 0 and more, of a share at most 10,000; <c>null</c> withdraws the target.</param>
public sealed record SetScorecardTargetRequest(string? BranchCode, string? ManagerCode, string? Measure, int Year, int? Month, long? Value)
{
    public const long ValueMax = 1_000_000_000_000_000;

    /// <summary>In this order: of one, measure, period, value.</summary>
    internal Refusal? Check()
    {
        var measure = Measure ?? "";
        return string.IsNullOrEmpty(BranchCode) == string.IsNullOrEmpty(ManagerCode) ? ScorecardRefusals.TargetOfOne()
            : !ScorecardWords.All.Contains(measure, StringComparer.Ordinal) ? ScorecardRefusals.UnknownMeasure(measure, ScorecardWords.All)
            : Year is < 2000 or > 2099 || Month is < 1 or > 12 ? ScorecardRefusals.TargetPeriod()
            : Value < 0 || Value > (ScorecardWords.Measure(measure) is null ? 10_000 : ValueMax) ? ScorecardRefusals.TargetValue(measure)
            : null;
    }
}

/// <summary>Sets what is wanted of a branch or manager. A change is another version; nothing of before is lost.</summary>
internal sealed class SetScorecardTarget(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Act = "scorecard.setTarget";

    /// <summary>
    /// Refuses, in this order: what <see cref="SetScorecardTargetRequest.Check"/> refuses, a key used for something else, an unknown branch or
    /// manager, an old version.
    /// </summary>
    public async Task<Result<ScorecardTargetAnswer>> RunAsync(
        SetScorecardTargetRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (request.Check() is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<ScorecardTargetAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        var (branch, manager, month) = (request.BranchCode ?? "", request.ManagerCode ?? "", request.Month ?? 0);
        if (await UnknownAsync(connection, branch, manager, cancellationToken) is { } unknown)
        {
            return unknown;
        }

        // A target that is not there has no row to lock.
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.ScorecardTargets });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        var present = await ScorecardTargets.FindAsync(connection, branch, manager, request.Measure!, request.Year, month, cancellationToken);
        if ((present?.Version ?? 0) != version)
        {
            return IfMatch.Stale(version, present?.Version ?? 0);
        }

        var next = new ScorecardTargetAnswer(
            branch.Length == 0 ? null : branch, manager.Length == 0 ? null : manager, request.Measure!, ScorecardTargets.UnitOf(request.Measure!),
            request.Year, request.Month, request.Value, version + 1, actor, new DateTimeOffset(now, TimeSpan.Zero));
        await using (var insert = new NpgsqlCommand(
            """
            insert into scorecard_target (branch_code, manager_code, measure, year, month, version, value, set_by, set_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            connection))
        {
            foreach (var value in (object[])[branch, manager, next.Measure, next.Year, month, next.Version])
            {
                insert.Parameters.Add(new() { Value = value });
            }

            insert.Parameters.Add(new() { Value = (object?)next.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
            insert.Parameters.Add(new() { Value = actor });
            insert.Parameters.Add(new() { Value = now });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        var subject = $"{(branch.Length > 0 ? branch : manager)} {next.Measure} {next.Year}-{month:D2}";
        var change = new { next.BranchCode, next.ManagerCode, next.Measure, next.Year, next.Month, before = present?.Value, next.Value, next.Version };
        await AuditLog.AppendAsync(connection, transaction, clock, actor, Act, subject, change, cancellationToken);
        await Outbox.AppendAsync(connection, Act, subject, next.Version, change, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, next, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return next;
    }

    private static async Task<Refusal?> UnknownAsync(NpgsqlConnection connection, string branch, string manager, CancellationToken cancellationToken)
    {
        if (manager.Length > 0)
        {
            return await ScorecardAsked.IsManagerAsync(connection, manager, cancellationToken) ? null : ScorecardRefusals.UnknownManager(manager);
        }

        await using var command = new NpgsqlCommand("select exists (select from branch where branch_code = $1)", connection);
        command.Parameters.Add(new() { Value = branch });
        return await command.ExecuteScalarAsync(cancellationToken) is true ? null : ScorecardRefusals.UnknownBranch(branch);
    }
}
