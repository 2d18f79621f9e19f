using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Platform.Jobs;

/// <param name="Reason">Why, for the record; at most 500 characters.</param>
public sealed record JobReason(string? Reason = null);

/// <param name="Reason">Why, for the record; 1 to 500 characters.</param>
/// <param name="Asks">The highest <c>asks</c> of its shards as you read them: repeated after it was asked for again, nothing changes.</param>
/// <param name="FromStart">Forget checkpoints, and repeat the shards that are done too.</param>
public sealed record RerunRequest(string? Reason, int? Asks = null, bool FromStart = false);

/// <summary>A shard as the interface shows it.</summary>
/// <param name="ErrorText">The last failure in the caller's language.</param>
/// <param name="LeaseUntil">Until when its worker must renew; running and long past it, the worker died and another takes over.</param>
public sealed record JobShardView(
    string Job, DateOnly BusinessDate, int Shard, int Shards, JobState State, int Asks, int Run, DateTimeOffset DueAt, int Attempts, int Failures,
    string? Owner, DateTimeOffset? LeaseUntil, long Done, long? Total, string? Error, string? ErrorText, string AskedBy, DateTimeOffset AskedAt,
    string? AskedWhy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <param name="Changed">Whether this request changed something; a repetition does not.</param>
/// <param name="State">The date as a whole: <c>failed</c> before <c>running</c> before <c>due</c> before <c>cancelled</c> before <c>done</c>.</param>
public sealed record JobDateAnswer(string Job, DateOnly BusinessDate, bool Changed, JobState State, IReadOnlyList<JobShardView> Shards);

/// <summary>The job ledger for people: what is due, how far it is, do it, do not, do it again.</summary>
internal static class JobEndpoints
{
    private static readonly DateOnly s_first = new(2000, 1, 1);
    private static readonly DateOnly s_last = new(2099, 12, 31);
    private static readonly JobState[] s_order = [JobState.Failed, JobState.Running, JobState.Due, JobState.Cancelled, JobState.Done];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("/", ListAsync)
            .WithName("listJobs").WithSummary("Jobs by business date with state and progress, newest dates first")
            .Produces<Page<JobShardView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        Describe(group.MapPost("/{job}/{date}", AskAsync))
            .WithName("askForJob").WithSummary("Ask for a job of a business date; asked for before, nothing changes")
            .WithDescription("The answer comes at once; the list tells how far it is. A date waits until the earlier dates of its job are done or cancelled.");
        Describe(group.MapPost("/{job}/{date}/cancel", CancelAsync))
            .WithName("cancelJob").WithSummary("Do not do what is left of a job's date; what it has committed stays");
        Describe(group.MapPost("/{job}/{date}/rerun", RerunAsync))
            .WithName("rerunJob").WithSummary("Have an ended date done again: stopped shards go on, done ones begin anew");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .Produces<JobDateAnswer>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> ListAsync(
        HttpContext context, JobLedger ledger, TextCatalog texts, string? job, DateOnly? date, string? state, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit, keyParts: 3).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        JobState known = default;
        if (state is not null && (!state.All(char.IsAsciiLetter) || !Enum.TryParse(state, ignoreCase: true, out known)))
        {
            return ProblemResults.Of(JobRefusals.BadState(state));
        }

        (DateOnly, string, int)? after = null;
        if (!page.IsFirst)
        {
            if (!DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", out var afterDate) || !int.TryParse(page.After[2], out var afterShard))
            {
                return ProblemResults.Of(Cursor.Bad());
            }

            after = (afterDate, page.After[1], afterShard);
        }

        var rows = await ledger.PageAsync(job, date, state is null ? null : known, after, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(
            [.. rows.Select(r => View(r, texts, context))], r => [$"{r.BusinessDate:yyyy-MM-dd}", r.Job, $"{r.Shard}"]));
    }

    private static async Task<IResult> AskAsync(
        HttpContext context, JobLedger ledger, JobCatalog jobs, TextCatalog texts, string job, DateOnly date, JobReason? body,
        CancellationToken cancellationToken)
    {
        if ((Check(jobs, job, date) ?? JobRefusals.OfReason(body?.Reason, required: false)) is { } refusal)
        {
            return ProblemResults.Of(refusal);
        }

        jobs.TryFind(job, out var known);
        var before = await ledger.ShardsAsync(job, date, cancellationToken);
        if (before.Count == 0 && await known!.RefuseAsync(date, cancellationToken) is { } refused)
        {
            return ProblemResults.Of(refused);
        }

        var answer = await ledger.AskAsync(job, date, known!.ShardsFor(date), Actors.Operator, body?.Reason, cancellationToken);
        return Accepted(answer, texts, context);
    }

    private static async Task<IResult> CancelAsync(
        HttpContext context, JobLedger ledger, JobCatalog jobs, TextCatalog texts, string job, DateOnly date, JobReason? body,
        CancellationToken cancellationToken) =>
        (Check(jobs, job, date) ?? JobRefusals.OfReason(body?.Reason, required: false)) is { } refusal
            ? ProblemResults.Of(refusal)
            : (await ledger.CancelAsync(job, date, Actors.Operator, body?.Reason, cancellationToken)).ToHttp(a => Accepted(a, texts, context));

    private static async Task<IResult> RerunAsync(
        HttpContext context, JobLedger ledger, JobCatalog jobs, TextCatalog texts, string job, DateOnly date, RerunRequest body,
        CancellationToken cancellationToken) =>
        (Check(jobs, job, date) ?? JobRefusals.OfReason(body.Reason, required: true)) is { } refusal
            ? ProblemResults.Of(refusal)
            : (await ledger.RerunAsync(job, date, Actors.Operator, body.Reason!, body.Asks, body.FromStart, cancellationToken))
                .ToHttp(a => Accepted(a, texts, context));

    private static Refusal? Check(JobCatalog jobs, string job, DateOnly date) =>
        !jobs.TryFind(job, out _) ? JobRefusals.Unknown(job, jobs.Names)
        : date < s_first || date > s_last ? JobRefusals.OutOfRange(date, s_first, s_last)
        : null;

    private static IResult Accepted(JobAnswer answer, TextCatalog texts, HttpContext context)
    {
        var first = answer.Shards[0];
        var state = s_order.First(s => answer.Shards.Any(r => r.State == s));
        return Results.Accepted(
            value: new JobDateAnswer(
                first.Job, first.BusinessDate, answer.Changed, state, [.. answer.Shards.Select(s => View(s, texts, context))]));
    }

    private static JobShardView View(JobShard s, TextCatalog texts, HttpContext context) => new(
        s.Job, s.BusinessDate, s.Shard, s.Shards, s.State, s.Asks, s.Run, s.DueAt, s.Attempts, s.Failures, s.Owner, s.LeaseUntil, s.Done, s.Total,
        s.Error, s.Error is null ? null : texts.Text($"jobs.failed.{(s.Error.StartsWith("jobs.", StringComparison.Ordinal) ? s.Error[5..] : "refused")}", RequestLanguage.Of(context), new Detail("code", s.Error)),
        s.AskedBy, s.AskedAt, s.AskedWhy, s.StartedAt, s.EndedAt);
}
