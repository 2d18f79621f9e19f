using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Pricing;

/// <summary>The tariffs as dated data.</summary>
internal static class TariffsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/tariffs", ListAsync)
        .WithName("listTariffs").WithTags("Pricing").WithSummary("The tariffs by date with their rules; with an MCC, also its class in each")
        .WithDescription("All of them on one page; `grade` and `source` say how well each rule is known. Repricings name a tariff by its number.")
        .Produces<Page<TariffAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ListAsync(NpgsqlDataSource dataSource, string? mcc, CancellationToken cancellationToken)
    {
        if (mcc is not null && (mcc.Length != 4 || !mcc.All(char.IsAsciiDigit)))
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new("parameter", "mcc"), new("value", mcc)));
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var book = await TariffStore.LoadAsync(connection, cancellationToken);
        return Results.Ok(new Page<TariffAnswer>([.. book.Tariffs.Select(t => TariffAnswer.Of(book, t, mcc))], null));
    }
}

/// <param name="Grade"><c>S</c> read in a primary text, <c>R</c> in a secondary one, <c>U</c> not confirmed.</param>
/// <param name="MccClass">The class of the MCC asked for, as the tariff's last day sees it.</param>
public sealed record TariffAnswer(
    int TariffId, string Code, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string Grade, string Source, string DefaultClass, string? MccClass,
    IReadOnlyList<TariffRuleAnswer> Rules)
{
    internal static TariffAnswer Of(TariffBook book, Tariff tariff, string? mcc)
    {
        var next = book.Tariffs.FirstOrDefault(t => t.EffectiveFrom > tariff.EffectiveFrom)?.EffectiveFrom.AddDays(-1);
        return new(
            tariff.Id, tariff.Code, tariff.EffectiveFrom, next, TariffWords.Of(tariff.Grade), tariff.Source,
            TariffWords.Of(tariff.DefaultClass), mcc is null ? null : TariffWords.Of(book.ClassOf(tariff, mcc, next ?? DateOnly.MaxValue)),
            [.. tariff.Rules.Select(TariffRuleAnswer.Of)]);
    }
}

/// <param name="CardKind"><c>null</c> is both.</param>
/// <param name="Acquirer"><c>null</c> where the acquirer's price is free.</param>
public sealed record TariffRuleAnswer(
    int TariffRuleId, string Class, CardKind? CardKind, ShareAnswer Issuer, ShareAnswer Network, ShareAnswer? Acquirer, string Grade, string Source)
{
    internal static TariffRuleAnswer Of(TariffRule rule) => new(
        rule.Id, TariffWords.Of(rule.Class), rule.CardKind, ShareAnswer.Of(rule.Issuer), ShareAnswer.Of(rule.Network),
        rule.Acquirer is { } acquirer ? ShareAnswer.Of(acquirer) : null, TariffWords.Of(rule.Grade), rule.Source);
}

public sealed record ShareAnswer(string RatePercent, Money? Cap)
{
    internal static ShareAnswer Of(CappedRate share) => new($"{share.Rate}", share.CapFen is { } cap ? new Money(cap) : null);
}
