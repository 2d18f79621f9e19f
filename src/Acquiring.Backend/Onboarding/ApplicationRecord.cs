using System.Globalization;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Onboarding;

/// <summary>A field that must be mended, and how.</summary>
/// <param name="Field">Its path: <c>form.premises.address</c>, <c>documents.licence</c>.</param>
/// <param name="What">1 to 500 characters, for the applicant to read.</param>
public sealed record AskedFix(string? Field, string? What);

/// <summary>What an act answers, and its repetition too. Holds nothing personal.</summary>
internal sealed record ApplicationRecord(
    Guid ApplicationId, int Version, ApplicationState State, int FormVersion, IReadOnlyList<FieldFault> Open, IReadOnlyList<AskedFix> Fixes,
    IReadOnlyList<ApplicationDuplicate> Duplicates, ApprovedMerchant? Merchant = null)
{
    public IReadOnlyList<BlacklistMatch> Blacklist { get; init; } = [];
}

/// <param name="PlanFrom">The first date its fee plan prices: the day of approval, since no earlier price is contradicted and its first sale may be today.</param>
public sealed record ApprovedMerchant(string MerchantNo, int FeePlanId, DateOnly PlanFrom, IReadOnlyList<long> WorkOrders);

/// <summary>Why an act was not done, with the fields it is about.</summary>
internal sealed record ApplicationOutcome(ApplicationRecord? Record, Refusal? Refusal, IReadOnlyList<FieldFault> Faults)
{
    public static implicit operator ApplicationOutcome(ApplicationRecord record) => new(record, null, []);

    public static implicit operator ApplicationOutcome(Refusal refusal) => new(null, refusal, []);
}

/// <param name="Path">Where it stands: <c>form.creditCode</c>.</param>
/// <param name="Code">Stable; never changes with the language.</param>
/// <param name="Text">What is wrong and the cure, in the caller's language.</param>
public sealed record FieldProblem(string Path, string Code, string Text)
{
    internal static IReadOnlyList<FieldProblem> Of(IEnumerable<FieldFault> faults, HttpContext context)
    {
        var texts = context.RequestServices.GetRequiredService<TextCatalog>();
        var language = RequestLanguage.Of(context);
        return [.. faults.Select(f => Of(f, texts, language))];
    }

    private static FieldProblem Of(FieldFault fault, TextCatalog texts, CultureInfo language) =>
        new(fault.Path, fault.Code, texts.Text(fault.Code, language, fault.Details));
}

/// <summary>An application after an act.</summary>
/// <param name="Version">Also the ETag; hand it back, in quotation marks, in If-Match.</param>
/// <param name="FormVersion">The print of the form it is written and judged by.</param>
/// <param name="Open">What a submission would be refused for; empty once it is submitted.</param>
/// <param name="Fixes">What was asked to be mended.</param>
/// <param name="Duplicates">Merchants and other applications that share something with it; flagged, never merged.</param>
/// <param name="Merchant">What approval made.</param>
public sealed record ApplicationAnswer(
    Guid ApplicationId, int Version, ApplicationState State, int FormVersion, IReadOnlyList<ApplicationAct> LegalActs,
    IReadOnlyList<FieldProblem> Open, IReadOnlyList<AskedFix> Fixes, IReadOnlyList<ApplicationDuplicate> Duplicates, ApprovedMerchant? Merchant)
{
    /// <summary>Fields that a blacklist names; approval is refused for those that nobody dismissed.</summary>
    public IReadOnlyList<BlacklistMatch> Blacklist { get; init; } = [];

    internal static ApplicationAnswer Of(ApplicationRecord r, HttpContext context) => new(
        r.ApplicationId, r.Version, r.State, r.FormVersion, ApplicationStanding.LegalFrom(r.State), FieldProblem.Of(r.Open, context), r.Fixes,
        r.Duplicates, r.Merchant)
    {
        Blacklist = r.Blacklist,
    };
}

internal static class ApplicationResults
{
    /// <summary>A refusal about fields tells all of them under <c>errors</c>, by path.</summary>
    public static IResult Refused(Refusal refusal, IReadOnlyList<FieldFault> faults, HttpContext context) => faults.Count == 0
        ? ProblemResults.Of(refusal)
        : ProblemResults.Of(refusal, ("errors", FieldProblem.Of(faults, context)
            .GroupBy(p => p.Path, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(p => new { p.Code, p.Text }).ToList(), StringComparer.Ordinal)));
}
