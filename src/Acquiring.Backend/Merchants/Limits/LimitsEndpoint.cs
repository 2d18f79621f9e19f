using Acquiring.Backend.Platform;
using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>What a merchant may take, and how much of it is used.</summary>
internal static class LimitsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchants/{merchantNo}/limits").WithTags("Merchants");
        group.MapGet("/", async (string merchantNo, IGrainFactory grains) =>
                MerchantNo.TryParse(merchantNo, out var no) && await grains.Merchant(no).Limits() is { } limits
                    ? Results.Ok(LimitsAnswer.Of(limits))
                    : ProblemResults.Of(LimitRefusals.UnknownMerchant(merchantNo)))
            .WithName("getMerchantLimits").WithSummary("A merchant's limits by pay type, and what is used of them today and this month")
            .WithDescription("Used are sales less reversals by transaction date, notices under way included. A refund gives no room back.")
            .Produces<LimitsAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPut("/", async (
                string merchantNo, LimitsRequest request, SetLimits set, CancellationToken cancellationToken) =>
            (await set.RunAsync(merchantNo, request, Actors.Operator, cancellationToken)).ToHttp(limits => Results.Ok(LimitsAnswer.Of(limits))))
            .WithName("setMerchantLimits").WithSummary("Set all limits of a merchant from a date on; those of today act at once")
            .WithDescription(
                "The request names every limit: a pay type that is left out has none from the date on. Nothing is edited, the history " +
                "stays. `version` is that of the last reading; a repetition of the same limits changes nothing.")
            .Produces<LimitsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}

/// <param name="On">Today: the transaction date that the use of the day is told of.</param>
/// <param name="Version">Hand it back when setting limits.</param>
/// <param name="InForce">Today's limits by pay type, with what is used of them.</param>
/// <param name="Coming">What was set to begin later.</param>
public sealed record LimitsAnswer(DateOnly On, int Version, IReadOnlyList<LimitAnswer> InForce, IReadOnlyList<ComingLimitAnswer> Coming)
{
    internal static LimitsAnswer Of(LimitsInUse limits) => new(
        limits.On, limits.Version,
        [.. limits.InForce.Select(l => new LimitAnswer(
            l.PayType, l.Terms.SingleFen, l.Terms.DayFen, l.Terms.DayCount, l.Terms.MonthFen, l.Terms.MonthCount,
            l.Day.Fen, l.Day.Count, l.Month.Fen, l.Month.Count))],
        [.. limits.Coming.Select(l => new ComingLimitAnswer(
            l.EffectiveFrom, l.PayType, l.Terms.SingleFen, l.Terms.DayFen, l.Terms.DayCount, l.Terms.MonthFen, l.Terms.MonthCount))]);
}

/// <param name="PayType"><c>null</c> is all pay types together.</param>
/// <param name="UsedDayFen">Sales of today less reversals, those being posted included; likewise the other three.</param>
public sealed record LimitAnswer(
    PayType? PayType, long? SingleFen, long? DayFen, int? DayCount, long? MonthFen, int? MonthCount,
    long UsedDayFen, int UsedDayCount, long UsedMonthFen, int UsedMonthCount);

/// <summary>A limit that is not yet in force. One without any figure ends the limit of its pay type.</summary>
public sealed record ComingLimitAnswer(
    DateOnly EffectiveFrom, PayType? PayType, long? SingleFen, long? DayFen, int? DayCount, long? MonthFen, int? MonthCount);
