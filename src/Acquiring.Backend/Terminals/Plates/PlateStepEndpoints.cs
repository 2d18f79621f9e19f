using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Terminals.Plates;

/// <param name="MerchantNo">A merchant that has signed and is not closed.</param>
/// <param name="InstallationAddress">Where it will lie, 1 to 300 characters.</param>
/// <param name="Note">At most 500 characters, for the history.</param>
public sealed record BindQrPlateRequest(string? MerchantNo, string? InstallationAddress, string? Note = null);

/// <param name="On">When it was handed over: not before it was bound, not after today; left out is today.</param>
/// <param name="InstallationAddress">Where it turned out to be another than it was bound to.</param>
public sealed record HandOutQrPlateRequest(DateOnly? On = null, string? InstallationAddress = null, string? Note = null);

/// <param name="Reason">Why the old plate goes. With <c>lostOrStolen</c> it is lost from then on, else withdrawn.</param>
/// <param name="Replacement">A plate in stock, by plate code or terminal number.</param>
public sealed record ReplaceQrPlateRequest(TerminalReason? Reason, string? Replacement, string? Note = null);

/// <param name="Note">At most 500 characters, for the history.</param>
public sealed record ReportQrPlateLostRequest(string? Note = null);

/// <param name="Reason">One of a closed list.</param>
public sealed record WithdrawQrPlateRequest(TerminalReason? Reason, string? Note = null);

/// <summary>The acts on a plate: each a step of its terminal's, in the turn of its grain.</summary>
internal static class PlateStepEndpoints
{
    private const string Manner =
        " Address it by plate code or terminal number. Needs the ETag of the plate in If-Match; with an Idempotency-Key a repetition is answered as the " +
        "first time. Who, when and why stay in the history.";

    public static void Map(RouteGroupBuilder plate)
    {
        Act<BindQrPlateRequest>(
            plate, "bind", "bindQrPlate", QrPlateAct.Bind, "Bind a QR plate in stock to a merchant", "From now on payments by it are the merchant's.",
            (r, s) => s with { MerchantNo = r.MerchantNo ?? "", Address = r.InstallationAddress ?? "", Note = r.Note ?? "" });
        Act<HandOutQrPlateRequest>(
            plate, "hand-out", "handOutQrPlate", QrPlateAct.HandOut, "Say that a bound QR plate was handed over to its merchant", "",
            (r, s) => s with { On = r.On, Address = r.InstallationAddress ?? "", Note = r.Note ?? "" });
        Act<ReplaceQrPlateRequest>(
            plate, "replace", "replaceQrPlate", QrPlateAct.Replace, "Put another QR plate in a plate's place",
            "In one step: the old plate is withdrawn, or lost, and takes no payment from now on; the new one is bound to the same merchant and address.",
            (r, s) => s with { Reason = r.Reason, Replacement = r.Replacement ?? "", Note = r.Note ?? "" });
        Act<ReportQrPlateLostRequest>(
            plate, "report-lost", "reportQrPlateLost", QrPlateAct.ReportLost, "Say that a QR plate is lost or stolen",
            "It takes no payment from now on.", (r, s) => s with { Reason = TerminalReason.LostOrStolen, Note = r.Note ?? "" });
        Act<WithdrawQrPlateRequest>(
            plate, "withdraw", "withdrawQrPlate", QrPlateAct.Withdraw, "Withdraw a QR plate for good",
            "It takes no payment from now on and never works for another merchant: customers keep pictures of a plate.",
            (r, s) => s with { Reason = r.Reason, Note = r.Note ?? "" });
    }

    private static void Act<TRequest>(
        RouteGroupBuilder plates, string path, string name, QrPlateAct act, string summary, string description,
        Func<TRequest, TerminalStep, TerminalStep> of)
        where TRequest : class =>
        plates.MapPost($"/{path}", async (
                string plate, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains) =>
            {
                if (!PlateCode.Read(plate).Accepted(out var no, out var misread))
                {
                    return ProblemResults.Of(misread);
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

                var step = of(
                    request, new TerminalStep(QrPlates.ActOf(act), version, "", Actors.Operator, key.Value, Kind: TerminalKind.QrPlate));
                if (act == QrPlateAct.Replace)
                {
                    if (!PlateCode.Read(step.Replacement).Accepted(out var replacement, out misread))
                    {
                        return ProblemResults.Of(misread);
                    }

                    step = step with { Replacement = replacement.Text };
                }

                var outcome = await grains.Terminal(no).Take(step);
                if (outcome.Terminal is { } taken)
                {
                    context.Response.Headers.ETag = IfMatch.ETag(taken.Version);
                }

                return outcome.Result.ToHttp(t => Results.Ok(QrPlateAnswer.Of(t)));
            })
            .WithName(name).WithSummary(summary).WithDescription((description + Manner).TrimStart())
            .Produces<QrPlateAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
