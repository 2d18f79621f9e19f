using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Onboarding.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Onboarding.Steps;
using Acquiring.Backend.Onboarding.WorkOrders;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Backend.Registry;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Approve;

/// <summary>
/// Approves an application: merchant, number, fee plan, first step, work orders, the application's end, audit, events and the request's key are
/// one transaction, under the locks of the import and of the journal's writers.
/// </summary>
public sealed class ApproveApplication(
    NpgsqlDataSource database, ApplicationSeals seals, PersonalDataProtector protector, FormBook forms, OnboardingOptions options, ChangeCounter changes,
    TimeProvider clock)
{
    /// <summary>
    /// Refuses as every act does, then: what ran out since, what is not as it was verified, who is blacklisted, a branch that tells no area, numbers that are
    /// all taken.
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

        await RegistryLock.TakeAsync(connection, cancellationToken);
        if (!(await TakeApplicationStep.BeginAsync(connection, seals, order.Id, order.Version, order.Act, cancellationToken))
            .Accepted(out var step, out var refused))
        {
            return refused;
        }

        var present = step.Present;
        var today = BusinessTime.Today(clock);
        var stopped = await TakeApplicationStep.CheckVerifiedAsync(
            connection, seals, forms.Find(present.FormVersion)!, present, mustBeSame: true, today, cancellationToken);
        if (stopped is not null)
        {
            return stopped;
        }

        // Under the lock that lists come in under: whoever is not on one now is looked for by the next.
        var form = present.Form;
        var listed = await BlacklistMatch.FindAsync(connection, order.Id, seals.ListedMarksOf(form), cancellationToken);
        if (BlacklistMatch.Refusal(listed) is { } blacklisted)
        {
            return blacklisted;
        }

        if (AreaOf(form.BranchCode!) is not { } area)
        {
            return OnboardingRefusals.NoArea(form.BranchCode!);
        }

        var numbered = await MerchantNumbers.NextAsync(connection, $"{options.Acquirer}{area}{form.Mcc}", cancellationToken);
        if (!numbered.Accepted(out var merchantNo, out var exhausted))
        {
            return exhausted;
        }

        var merchantId = await NewMerchant.InsertAsync(connection, protector, merchantNo, form, order.Why, order.Actor, now, cancellationToken);

        // From today on: nothing was priced for this merchant yet, so no charge is contradicted, and its first sale may be today.
        var plan = new FeePlan(0, today, FeePlanDraft.Read(form.FeeTerms).Value);
        var feePlanId = await FeePlanStore.InsertAsync(
            connection, transaction, merchantId, plan, order.Id, seals.MarkContent(new { merchantNo, form.FeeTerms }), now, cancellationToken);
        await DismissListed.PassOnAsync(connection, order.Id, merchantId, cancellationToken);
        var risk = await RiskGradeRows.PutAsync(connection, merchantId, null, null, "", order.Actor, today, now, cancellationToken);
        var version = present.Version + 1;
        await ApplicationRows.MoveAsync(connection, order.Id, step.Next, version, [], present.VerifiedMark, merchantId, now, cancellationToken);
        var workOrders = await WorkOrderRows.OrderMachinesAsync(connection, merchantId, order.Id, form, now, cancellationToken);
        var approved = new ApprovedMerchant(merchantNo, feePlanId, today, workOrders);
        await ApplicationRows.AppendAsync(
            connection, new(order.Id, version, order.Act, present.State, step.Next, order.Why, order.Actor, approved), now, cancellationToken);

        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, "application.activate", $"{order.Id}",
            new { version, merchantNo, feePlanId, workOrders = workOrders.Count, order.Why }, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, order.Actor, "merchant.activate", merchantNo,
            new { version = 1, applicationId = order.Id, feePlanId, order.Why }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "application.activate", $"{order.Id}", version,
            new { applicationId = order.Id, version, state = step.Next, merchantNo, order.Actor }, now, cancellationToken);
        await Outbox.AppendAsync(
            connection, "merchant.activate", merchantNo, 1,
            new { merchantNo, version = 1, state = "active", applicationId = order.Id, workOrders, risk = risk.Grade, order.Why, order.Actor }, now, cancellationToken);
        var record = new ApplicationRecord(
            order.Id, version, step.Next, present.FormVersion, [], [],
            await FindDuplicates.OfAsync(connection, order.Id, seals.MarksOf(form), cancellationToken), approved)
        {
            Blacklist = listed,
        };
        await IdempotencyStore.AnswerAsync(connection, order.Key, record, cancellationToken);

        // Announced under the lock: no notice may pass between the commit and its announcement.
        await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        changes.AdvanceRegistry();
        await transaction.CommitAsync(cancellationToken);
        changes.Advance();
        return record;
    }

    private string? AreaOf(string branchCode) =>
        options.Area ?? (branchCode.Length >= 4 && !branchCode.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9') ? branchCode[..4] : null);
}
