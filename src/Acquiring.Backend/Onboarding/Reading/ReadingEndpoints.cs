using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Onboarding.Reading;

/// <summary>An application with its form; personal data is masked.</summary>
/// <param name="Version">Also the ETag.</param>
/// <param name="Open">What it would be refused for if it were submitted or verified now.</param>
/// <param name="MerchantNo">Of one that was approved.</param>
public sealed record ApplicationDetailAnswer(
    Guid ApplicationId, int Version, ApplicationState State, int FormVersion, ApplicationForm Form, IReadOnlyList<ApplicationAct> LegalActs,
    IReadOnlyList<FieldProblem> Open, IReadOnlyList<AskedFix> Fixes, IReadOnlyList<ApplicationDuplicate> Duplicates, string? MerchantNo,
    DateTimeOffset MadeAt, DateTimeOffset ChangedAt)
{
    /// <summary>Fields that a blacklist names; approval is refused for those that nobody dismissed.</summary>
    public IReadOnlyList<BlacklistMatch> Blacklist { get; init; } = [];
}

/// <param name="Current">The version a new application begins with.</param>
public sealed record ApplicationFormsAnswer(int Current, IReadOnlyList<FormDefinition> Forms);

internal static class ReadingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchant-applications").WithTags("Onboarding");
        group.MapGet("", async (
                string? state, string? branchCode, bool? duplicatesOnly, string? cursor, int? limit, ReadApplications applications,
                CancellationToken cancellationToken) =>
            {
                var asked = QueryWords.Read<ApplicationState>("state", state);
                if (asked.Refusal is { } unknown)
                {
                    return ProblemResults.Of(unknown);
                }

                return PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await applications.ListAsync(asked.Value, branchCode, duplicatesOnly ?? false, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal);
            })
            .WithName("listApplications").WithSummary("Applications, the latest first, with what each has in common with others")
            .WithDescription(
                "With `duplicatesOnly` a page looks at a thousand applications at most, so it may be short or even empty: go on while there is a `next`.")
            .Produces<Page<ApplicationListItem>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{applicationId}", async (Guid applicationId, HttpContext context, ReadApplications applications, CancellationToken cancellationToken) =>
            {
                if (!(await applications.FindAsync(applicationId, cancellationToken)).Accepted(out var found, out var unknown))
                {
                    return ProblemResults.Of(unknown);
                }

                var (a, record) = found;
                context.Response.Headers.ETag = IfMatch.ETag(a.Version);
                return Results.Ok(new ApplicationDetailAnswer(
                    a.Id, a.Version, a.State, a.FormVersion, FormMask.Of(a.Form), ApplicationStanding.LegalFrom(a.State), FieldProblem.Of(record.Open, context),
                    a.Fixes, record.Duplicates, a.MerchantNo, a.MadeAt, a.ChangedAt)
                {
                    Blacklist = record.Blacklist,
                });
            })
            .WithName("getApplication").WithSummary("An application with its form, what is open, and what can be done with it")
            .WithDescription("Account, phone, ID number, name and position are masked. The ETag is its version, for the If-Match of an act.")
            .Produces<ApplicationDetailAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{applicationId}/history", async (
                Guid applicationId, string? cursor, int? limit, ReadApplications applications, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await applications.HistoryAsync(applicationId, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listApplicationHistory").WithSummary("What people did with an application, the latest first: act, who, when, why")
            .Produces<Page<ApplicationStepAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/merchant-application-forms", (FormBook forms, TimeProvider clock) =>
                Results.Ok(new ApplicationFormsAnswer(forms.Current(BusinessTime.Today(clock)).Version, forms.Definitions)))
            .WithTags("Onboarding").WithName("listApplicationForms")
            .WithSummary("The versions of the form: which fields and papers a submission needs")
            .WithDescription("An application is judged by the version it was written on.")
            .Produces<ApplicationFormsAnswer>();
    }
}
