using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Books;

/// <summary>Shows that the books hold (reliability.md).</summary>
public static class BooksModule
{
    public static IServiceCollection AddBooks(this IServiceCollection services) => services
        .AddSingleton<BookChecks>()
        .AddSingleton<BookVerdicts>()
        .AddSingleton<IJob, VerifyBooksJob>()
        .AddSingleton<IJobTrigger, VerifyBooksTrigger>();

    public static IEndpointRouteBuilder MapBooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/book-checks", async (HttpContext context, BookChecks checks, TextCatalog texts, CancellationToken cancellationToken) =>
            {
                var language = RequestLanguage.Of(context);
                var results = (await checks.RunAsync(cancellationToken)).Select(r => Answer(r, texts, language)).ToList();
                return Results.Ok(new BookChecksAnswer(results.All(r => r.Ok), results));
            })
            .WithName("checkBooks").WithTags("Books").WithSummary("Recompute every invariant of the books; reads only")
            .Produces<BookChecksAnswer>();
        routes.MapGet("/book-verdicts", VerdictsAsync)
            .WithName("listBookVerdicts").WithTags("Books").WithSummary("What the nightly checks found for each closed date, newest dates first")
            .Produces<Page<BookVerdictAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        return routes;
    }

    private static async Task<IResult> VerdictsAsync(
        HttpContext context, BookVerdicts verdicts, TextCatalog texts, DateOnly? from, DateOnly? to, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        DateOnly before = default;
        if (!page.IsFirst && !DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", out before))
        {
            return ProblemResults.Of(Cursor.Bad());
        }

        var language = RequestLanguage.Of(context);
        var dates = await verdicts.PageAsync(from, to, page.IsFirst ? null : before, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(
            [.. dates.Select(d => new BookVerdictAnswer(
                d.Key, d.First().Run, d.Min(v => v.CheckedAt), d.All(v => v.Misses.Count == 0),
                [.. d.Select(v => Answer(new(v.Code, v.RowsChecked, v.Misses), texts, language))]))],
            d => [$"{d.BusinessDate:yyyy-MM-dd}"]));
    }

    private static BookCheckAnswer Answer(BookCheckResult r, TextCatalog texts, CultureInfo language) => new(
        r.Code, r.Ok, texts.Text(r.Code, language), r.RowsChecked,
        [.. r.Misses.Select(m => texts.Text(m.Code, language, Spoken(m.Details, texts, language)))]);

    /// <summary>The kind of a transaction is a word, so it is said in the reader's language.</summary>
    private static List<Detail> Spoken(IReadOnlyList<Detail> details, TextCatalog texts, CultureInfo language) =>
        [.. details.Select(d => d.Name == "kind" ? new Detail(d.Name, texts.Text($"books.kind.{d.Value}", language)) : d)];
}

/// <param name="Ok">Every invariant holds.</param>
public sealed record BookChecksAnswer(bool Ok, IReadOnlyList<BookCheckAnswer> Checks);

/// <summary>The books as they were found in the night after a date was closed.</summary>
/// <param name="Run">2 and more when a person had them checked again.</param>
/// <param name="CheckedAt">When the first of the checks began. Dates closed before one reading share it.</param>
public sealed record BookVerdictAnswer(DateOnly BusinessDate, int Run, DateTimeOffset CheckedAt, bool Ok, IReadOnlyList<BookCheckAnswer> Checks);

/// <param name="Text">What must hold, in the caller's language.</param>
/// <param name="Misses">The first places where it does not.</param>
public sealed record BookCheckAnswer(string Code, bool Ok, string Text, long RowsChecked, IReadOnlyList<string> Misses);
