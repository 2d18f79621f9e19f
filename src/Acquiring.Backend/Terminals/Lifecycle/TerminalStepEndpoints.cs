using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Terminals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <param name="MerchantNo">A merchant that has signed and is not closed.</param>
/// <param name="InstallationAddress">1 to 300 characters; one of the five items that the clearing house is told.</param>
/// <param name="Note">At most 500 characters, for the history.</param>
public sealed record AssignTerminalRequest(string? MerchantNo, string? InstallationAddress, string? Note = null);

/// <param name="On">When it was set up: not before it was assigned, not after today; left out is today.</param>
/// <param name="InstallationAddress">Where it turned out to be another than it was assigned to.</param>
public sealed record InstallTerminalRequest(DateOnly? On = null, string? InstallationAddress = null, string? Note = null);

/// <param name="InstallationAddress">Where it stands now, 1 to 300 characters.</param>
public sealed record MoveTerminalRequest(string? InstallationAddress, string? Note = null);

/// <param name="Reason">Why the old machine goes. One that was lost or stolen is lost from then on, any other is recovered.</param>
/// <param name="Replacement">A machine in stock, by terminal number or as <c>sn:</c> with its serial number.</param>
public sealed record SwapTerminalRequest(TerminalReason? Reason, string? Replacement, string? Note = null);

/// <param name="Reason">One of a closed list.</param>
public sealed record TerminalReasonRequest(TerminalReason? Reason, string? Note = null);

/// <param name="Note">At most 500 characters; a suspension must say why.</param>
public sealed record TerminalNoteRequest(string? Note = null);

/// <summary>The acts on a machine.</summary>
internal static class TerminalStepEndpoints
{
    private const string Manner =
        " Address it by terminal number or as `sn:` with the serial number. Needs the ETag of the terminal in If-Match; with an Idempotency-Key a " +
        "repetition is answered as the first time. Who, when and why stay in the history.";

    public static void Map(RouteGroupBuilder group)
    {
        Act<AssignTerminalRequest>(
            group, "assign", "assignTerminal", "Bind a machine in stock to a merchant",
            "From now on the merchant's transactions on it are good, and the clearing house is told the five items in the next report.",
            (r, s) => s with { Act = TerminalAct.Assign, MerchantNo = r.MerchantNo ?? "", Address = r.InstallationAddress ?? "", Note = r.Note ?? "" });
        Act<InstallTerminalRequest>(
            group, "install", "installTerminal", "Say that a machine was set up at its merchant's",
            "The idle clocks run from that date.",
            (r, s) => s with { Act = TerminalAct.Install, On = r.On, Address = r.InstallationAddress ?? "", Note = r.Note ?? "" });
        Act<MoveTerminalRequest>(
            group, "move", "moveTerminal", "Say that a machine stands elsewhere now",
            "Another installation address is another version of the binding, and the clearing house is told.",
            (r, s) => s with { Act = TerminalAct.Move, Address = r.InstallationAddress ?? "", Note = r.Note ?? "" });
        Act<SwapTerminalRequest>(
            group, "swap", "swapTerminal", "Put another machine in a machine's place",
            "In one step: the old machine's binding ends and it is recovered, or lost; the new one is installed at the same merchant and address " +
            "under its own terminal number, which the gateway must be told.",
            (r, s) => s with { Act = TerminalAct.Swap, Reason = r.Reason, Replacement = r.Replacement ?? "", Note = r.Note ?? "" });
        Note(group, "activate", TerminalAct.Activate, "Say that an installed machine was seen to work", "");
        Note(group, "mark-spare", TerminalAct.MarkSpare, "Mark a merchant's machine as a spare", "From today on the idle clocks pass it over.");
        Note(group, "unmark-spare", TerminalAct.UnmarkSpare, "Say that a machine is no spare any more", "From today on the idle clocks judge it.");
        Note(group, "watch", TerminalAct.Watch, "Put a machine under watch", "Three months without a transaction: its merchant's identity is verified again.");
        Note(group, "verify", TerminalAct.Verify, "End the watch: the merchant was verified again", "");
        Note(group, "suspend", TerminalAct.Suspend, "Stop a machine's sales", "Refunds, voids and reversals go on. The note must say why.");
        Note(group, "resume", TerminalAct.Resume, "Let a suspended machine sell again", "It is what it was before: one that was under watch is watched on.");
        Note(group, "cancel-removal", TerminalAct.CancelRemoval, "Take back the order to fetch a machine", "It is what it was before the order.");
        Note(group, "report-found", TerminalAct.ReportFound, "Say that a lost or unrecoverable machine is back", "The clearing house is told.");
        Reason(group, "order-removal", TerminalAct.OrderRemoval, "Order that a machine be fetched", "It sells nothing from now on.");
        Reason(group, "recover", TerminalAct.Recover, "Say that a machine was fetched", "Its binding ends now.");
        Reason(group, "return-to-stock", TerminalAct.ReturnToStock, "Put a machine back to stock", "Its binding ends now, if it still has one.");
        Reason(group, "scrap", TerminalAct.Scrap, "Scrap a machine for good", "");
        Reason(
            group, "report-lost", TerminalAct.ReportLost, "Say that a machine is lost or stolen",
            "Its binding ends now and the clearing house is told. The reason is `lostOrStolen`.");
        Reason(
            group, "report-unrecoverable", TerminalAct.ReportUnrecoverable, "Say that a machine cannot be fetched",
            "It stays shut: its binding ends now and the clearing house is told.");
        group.MapGet("/history", async (
                string terminal, string? cursor, int? limit, TerminalHistoryReader history, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await history.ListAsync(terminal, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listTerminalHistory").WithSummary("What people did with a machine, the latest first: act, who, when, why")
            .Produces<Page<TerminalStepAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void Note(RouteGroupBuilder group, string path, TerminalAct act, string summary, string description) =>
        Act<TerminalNoteRequest>(group, path, NameOf(act), summary, description, (r, s) => s with { Act = act, Note = r.Note ?? "" });

    private static void Reason(RouteGroupBuilder group, string path, TerminalAct act, string summary, string description) =>
        Act<TerminalReasonRequest>(
            group, path, NameOf(act), summary, description, (r, s) => s with { Act = act, Reason = r.Reason, Note = r.Note ?? "" });

    private static string NameOf(TerminalAct act) => act switch
    {
        TerminalAct.MarkSpare => "markTerminalSpare",
        TerminalAct.UnmarkSpare => "unmarkTerminalSpare",
        TerminalAct.ReportFound => "reportTerminalFound",
        TerminalAct.ReportLost => "reportTerminalLost",
        TerminalAct.ReportUnrecoverable => "reportTerminalUnrecoverable",
        TerminalAct.OrderRemoval => "orderTerminalRemoval",
        TerminalAct.CancelRemoval => "cancelTerminalRemoval",
        TerminalAct.ReturnToStock => "returnTerminalToStock",
        _ => $"{TerminalRefusals.Word(act)}Terminal",
    };

    private static void Act<TRequest>(
        RouteGroupBuilder group, string path, string name, string summary, string description, Func<TRequest, TerminalStep, TerminalStep> of)
        where TRequest : class =>
        group.MapPost($"/{path}", async (
                string terminal, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains,
                TerminalAddresses addresses, CancellationToken cancellationToken) =>
            {
                if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
                {
                    return ProblemResults.Of(unknown);
                }

                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                if (key.Refusal is { } bad)
                {
                    return ProblemResults.Of(bad);
                }

                var step = of(request, new TerminalStep(default, version, "", Actors.Operator, key.Value));
                if (step.Act == TerminalAct.Swap)
                {
                    if (!(await addresses.FindAsync(step.Replacement, cancellationToken)).Accepted(out var replacement, out unknown))
                    {
                        return ProblemResults.Of(unknown);
                    }

                    step = step with { Replacement = replacement.Text };
                }

                var outcome = await grains.Terminal(no).Take(step);
                if (outcome.Terminal is { } taken)
                {
                    context.Response.Headers.ETag = IfMatch.ETag(taken.Version);
                }

                return outcome.Result.ToHttp(t => Results.Ok(TerminalRecordAnswer.Of(t)));
            })
            .WithName(name).WithSummary(summary).WithDescription((description + Manner).TrimStart())
            .Produces<TerminalRecordAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}

/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
/// <param name="MerchantNo">Whom it is bound to; <c>null</c> when to nobody.</param>
/// <param name="InstalledOn">Of a machine in stock: since when it is there or was installed last.</param>
/// <param name="LegalActs">What can be done with it now.</param>
/// <param name="Replacement">Of a swap: the machine that took the place.</param>
public sealed record TerminalRecordAnswer(
    string TerminalNo, string SerialNo, string Model, int Version, TerminalState State, bool Spare, string? MerchantNo, string InstallationAddress,
    DateOnly InstalledOn, IReadOnlyList<TerminalAct> LegalActs, TerminalRecordAnswer? Replacement)
{
    internal static TerminalRecordAnswer Of(TerminalRecord t) => new(
        t.TerminalNo, t.SerialNo, t.Model, t.Version, t.Standing.State, t.Standing.Spare, t.MerchantNo, t.InstallationAddress, t.InstalledOn,
        t.Standing.LegalActs, t.Replacement is { } other ? Of(other) : null);
}
