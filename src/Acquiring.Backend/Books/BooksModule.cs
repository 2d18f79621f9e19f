using System.Globalization;
using Acquiring.Backend.Platform;
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
    public static IServiceCollection AddBooks(this IServiceCollection services) => services.AddSingleton<BookChecks>();

    public static IEndpointRouteBuilder MapBooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/book-checks", async (HttpContext context, BookChecks checks, TextCatalog texts, CancellationToken cancellationToken) =>
            {
                var language = RequestLanguage.Of(context);
                var results = (await checks.RunAsync(cancellationToken)).Select(r => new BookCheckAnswer(
                    r.Code, r.Ok, texts.Text(r.Code, language), r.RowsChecked, [.. r.Misses.Select(m => texts.Text(m.Code, language, Spoken(m.Details, texts, language)))])).ToList();
                return Results.Ok(new BookChecksAnswer(results.All(r => r.Ok), results));
            })
            .WithName("checkBooks").WithTags("Books").WithSummary("Recompute every invariant of the books; reads only")
            .Produces<BookChecksAnswer>();
        return routes;
    }

    /// <summary>The kind of a transaction is a word, so it is said in the reader's language.</summary>
    private static List<Detail> Spoken(IReadOnlyList<Detail> details, TextCatalog texts, CultureInfo language) =>
        [.. details.Select(d => d.Name == "kind" ? new Detail(d.Name, texts.Text($"books.kind.{d.Value}", language)) : d)];
}

/// <param name="Ok">Every invariant holds.</param>
public sealed record BookChecksAnswer(bool Ok, IReadOnlyList<BookCheckAnswer> Checks);

/// <param name="Text">What must hold, in the caller's language.</param>
/// <param name="Misses">The first places where it does not.</param>
public sealed record BookCheckAnswer(string Code, bool Ok, string Text, long RowsChecked, IReadOnlyList<string> Misses);
