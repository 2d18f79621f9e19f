using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Steps;

/// <param name="Version">The version of the application it is based on.</param>
/// <param name="Fixes">Of asking for fixes.</param>
internal sealed record StepOrder(
    Guid Id, ApplicationAct Act, int Version, string Why, string Actor, IdempotencyKey? Key, IReadOnlyList<AskedFix>? Fixes = null);

/// <summary>Asks for fixes, verifies, signs, rejects or withdraws: the change, its history, audit, event and the request's key in one transaction.</summary>
public sealed class TakeApplicationStep(NpgsqlDataSource database, ApplicationSeals seals, FormBook forms, TimeProvider clock)
{
    public const int FixesMax = 50;

    /// <summary>
    /// Refuses, in this order: empty or overlong texts, a key used for something else, an unknown application, an old version, an illegal
    /// act, fixes of fields that are none, what may not be verified or is not what was verified.
    /// </summary>
    internal async Task<ApplicationOutcome> RunAsync(StepOrder order, CancellationToken cancellationToken)
    {
        if (StepTexts.Check("why", order.Why) is { } badWhy)
        {
            return badWhy;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<ApplicationRecord>(connection, order.Key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        if (!(await BeginAsync(connection, seals, order.Id, order.Version, order.Act, cancellationToken)).Accepted(out var step, out var refused))
        {
            return refused;
        }

        var present = step.Present;
        var definition = forms.Find(present.FormVersion)!;
        if (order.Act == ApplicationAct.AskForFixes && BadFixes(definition, order.Fixes) is { } badFixes)
        {
            return badFixes;
        }

        byte[]? verified = null;
        if (ApplicationStanding.KeepsVerification(step.Next))
        {
            var stopped = await CheckVerifiedAsync(
                connection, seals, definition, present, mustBeSame: order.Act != ApplicationAct.Verify, BusinessTime.Today(clock), cancellationToken);
            if (stopped is not null)
            {
                return stopped;
            }

            verified = await VerifiedContent.MarkAsync(connection, seals, present, cancellationToken);
        }

        var version = present.Version + 1;
        var fixes = order.Act == ApplicationAct.AskForFixes ? order.Fixes! : [];
        await ApplicationRows.MoveAsync(connection, order.Id, step.Next, version, fixes, verified, merchantId: null, now, cancellationToken);
        await ApplicationRows.AppendAsync(
            connection,
            new(order.Id, version, order.Act, present.State, step.Next, order.Why, order.Actor, fixes.Count > 0 ? new { fixes } : null),
            now, cancellationToken);
        var word = ApplicationStanding.Word(order.Act);
        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, $"application.{word}", $"{order.Id}",
            new { version, state = ApplicationStanding.Word(step.Next), order.Why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, $"application.{word}", $"{order.Id}", version,
            new { applicationId = order.Id, version, state = step.Next, order.Why, fixes, order.Actor }, now, cancellationToken);
        var record = new ApplicationRecord(
            order.Id, version, step.Next, present.FormVersion, [], fixes,
            await FindDuplicates.OfAsync(connection, order.Id, seals.MarksOf(present.Form), cancellationToken))
        {
            Blacklist = await BlacklistMatch.FindAsync(connection, order.Id, seals.ListedMarksOf(present.Form), cancellationToken),
        };
        await IdempotencyStore.AnswerAsync(connection, order.Key, record, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return record;
    }

    /// <summary>Locks the application and decides. Refuses an unknown one, an old version, an illegal act.</summary>
    internal static async Task<Result<(StoredApplication Present, ApplicationState Next)>> BeginAsync(
        NpgsqlConnection connection, ApplicationSeals seals, Guid id, int version, ApplicationAct act, CancellationToken cancellationToken)
    {
        if (await ApplicationRows.LockAsync(connection, seals, id, cancellationToken) is not { } present)
        {
            return OnboardingRefusals.Unknown(id);
        }

        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        return ApplicationStanding.Take(present.State, act).Accepted(out var next, out var illegal) ? (present, next) : illegal;
    }

    /// <summary>What was right when it was handed in must still be: a licence runs out, a branch is closed. And it must be what was verified.</summary>
    internal static async Task<ApplicationOutcome?> CheckVerifiedAsync(
        NpgsqlConnection connection, ApplicationSeals seals, FormDefinition definition, StoredApplication present, bool mustBeSame, DateOnly today,
        CancellationToken cancellationToken)
    {
        var faults = await ApplicationForms.JudgeAsync(connection, definition, present.Form, today, cancellationToken);
        if (faults.Count > 0)
        {
            return new(null, OnboardingRefusals.NoLongerValid(faults.Count), faults);
        }

        if (await VerifiedContent.MissingAsync(connection, definition, present, cancellationToken) is { } missing)
        {
            return missing;
        }

        if (mustBeSame && !(await VerifiedContent.MarkAsync(connection, seals, present, cancellationToken)).AsSpan().SequenceEqual(present.VerifiedMark))
        {
            return OnboardingRefusals.ChangedSinceVerified();
        }

        return null;
    }

    /// <summary>At most one place in a list, of three digits: more would be a way for any text to come in.</summary>
    private static bool IsPlace(string field)
    {
        var open = field.IndexOf('[', StringComparison.Ordinal);
        var close = field.IndexOf(']', StringComparison.Ordinal);
        return open < 0
            || (close - open is >= 2 and <= 4 && !field.AsSpan(open + 1, close - open - 1).ContainsAnyExceptInRange('0', '9')
                && (close == field.Length - 1 || (field[close + 1] == '.' && field.Length - close <= 40 && !field.AsSpan(close + 2).ContainsAnyExceptInRange('A', 'z'))));
    }

    private static Refusal? BadFixes(FormDefinition definition, IReadOnlyList<AskedFix>? fixes)
    {
        if (fixes is not { Count: >= 1 and <= FixesMax })
        {
            return OnboardingRefusals.FixCount(FixesMax);
        }

        string[] known = [.. definition.Fields.Select(f => $"form.{f.Path}"), .. definition.Documents.Select(d => $"documents.{d.Kind}")];
        for (var i = 0; i < fixes.Count; i++)
        {
            // A line of a list is named by its place: form.machines[0].model.
            var field = fixes[i]?.Field ?? "";
            if (!IsPlace(field) || !known.Contains(field.Split('[')[0], StringComparer.Ordinal))
            {
                return OnboardingRefusals.UnknownFixField(field.Length > 60 ? field[..60] : field, known);
            }

            if (StepTexts.Check($"fixes[{i}].what", fixes[i]?.What) is { } bad)
            {
                return bad;
            }
        }

        return null;
    }
}
