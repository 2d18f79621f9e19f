using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Save;

/// <param name="Version">The version it is based on; null is the first send.</param>
/// <param name="FormVersion">Null is the one it was begun with, or today's for a new one.</param>
internal sealed record SaveOrder(
    Guid Id, int? Version, int? FormVersion, bool Submit, ApplicationForm Form, string Why, string Actor, IdempotencyKey? Key, bool ValidateOnly);

/// <summary>
/// Takes in a form: the first time it makes the application, later it changes it. The client made the id before its first send, so the id
/// and the version it is based on name the request by themselves: sent again with the same content it answers as the first time.
/// </summary>
public sealed class SaveApplication(NpgsqlDataSource database, ApplicationSeals seals, FormBook forms, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: an id that is none, a bad reason, a key used for something else, an application that is there already or
    /// not at all, an old version, bad fields (all at once), an illegal act. Nothing is saved then.
    /// </summary>
    internal async Task<ApplicationOutcome> RunAsync(SaveOrder order, CancellationToken cancellationToken)
    {
        if (order.Id.Version != 7)
        {
            return OnboardingRefusals.BadId();
        }

        if (order.Why.Length > 0 && StepTexts.Check("why", order.Why) is { } badWhy)
        {
            return badWhy;
        }

        var form = FormText.Tidy(order.Form);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        if (!order.ValidateOnly)
        {
            var first = await IdempotencyStore.TakeAsync<ApplicationRecord>(connection, order.Key, now, cancellationToken);
            if (first.Refusal is { } reused)
            {
                return reused;
            }

            if (first.Value is { } answered)
            {
                return answered;
            }
        }

        ApplicationOutcome? outcome;
        do
        {
            // Again when another send made the application between our look and our insert.
            outcome = await TryAsync(connection, transaction, order, form, now, cancellationToken);
        }
        while (outcome is null);

        if (outcome.Record is { } record && !order.ValidateOnly)
        {
            await IdempotencyStore.AnswerAsync(connection, order.Key, record, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return outcome;
    }

    private async Task<ApplicationOutcome?> TryAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SaveOrder order, ApplicationForm form, DateTime now, CancellationToken cancellationToken)
    {
        var present = await ApplicationRows.LockAsync(connection, seals, order.Id, cancellationToken);
        var version = (order.Version ?? 0) + 1;
        var mark = seals.MarkContent(new { order.FormVersion, order.Submit, form, order.Why });
        if (present is not null && !order.ValidateOnly
            && await SentForms.AnswerOfAsync(connection, order.Id, version, mark, cancellationToken) is { } sent)
        {
            return sent;
        }

        if (Precondition(order, present) is { } unmet)
        {
            return unmet;
        }

        var formVersion = order.FormVersion ?? present?.FormVersion ?? forms.Current(BusinessTime.Today(clock)).Version;
        var faults = await JudgeAsync(connection, formVersion, form, cancellationToken);
        var stopping = order.Submit ? faults : faults.FindAll(f => f.IsHard);
        if (stopping.Count > 0)
        {
            return new(null, OnboardingRefusals.Invalid(stopping.Count), stopping);
        }

        var act = order.Submit ? ApplicationAct.Submit : ApplicationAct.Save;
        if (!ApplicationStanding.Take(present?.State ?? ApplicationState.Draft, act).Accepted(out var state, out var illegal))
        {
            return illegal;
        }

        var marks = seals.MarksOf(form);
        var record = new ApplicationRecord(
            order.Id, version, state, formVersion, faults, state == ApplicationState.NeedsFix ? present!.Fixes : [],
            await FindDuplicates.OfAsync(connection, order.Id, marks, cancellationToken))
        {
            Blacklist = await BlacklistMatch.FindAsync(connection, order.Id, seals.ListedMarksOf(form), cancellationToken),
        };
        if (order.ValidateOnly)
        {
            return record;
        }

        if (!await SentForms.WriteAsync(connection, present is null, record, form, marks, now, cancellationToken))
        {
            return null;
        }

        await SentForms.AppendAsync(connection, record, seals.Seal(form), mark, now, cancellationToken);
        await ApplicationRows.AppendAsync(
            connection,
            new(order.Id, version, act, present?.State, state, order.Why, order.Actor, new { formVersion, voidsVerification = present?.VerifiedMark is not null }),
            now, cancellationToken);
        var word = ApplicationStanding.Word(act);
        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, $"application.{word}", $"{order.Id}", new { version, state, formVersion }, cancellationToken);
        await Outbox.AppendAsync(
            connection, $"application.{word}", $"{order.Id}", version, new { applicationId = order.Id, version, state, order.Actor }, now, cancellationToken);
        return record;
    }

    private static Refusal? Precondition(SaveOrder order, StoredApplication? present) => (order.Version, present) switch
    {
        (null, { } there) => OnboardingRefusals.Exists(order.Id, there.Version, there.State),
        ({ }, null) => OnboardingRefusals.Unknown(order.Id),
        ({ } given, { } there) when given != there.Version => IfMatch.Stale(given, there.Version),
        _ => null,
    };

    private async Task<List<FieldFault>> JudgeAsync(NpgsqlConnection connection, int formVersion, ApplicationForm form, CancellationToken cancellationToken) =>
        forms.Find(formVersion) is { } definition
            ? await ApplicationForms.JudgeAsync(connection, definition, form, BusinessTime.Today(clock), cancellationToken)
            : [new("formVersion", "application.field.form-version", IsHard: true, [new("known", string.Join(", ", forms.Definitions.Select(d => d.Version)))])];
}
