using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Registry.Import;

/// <summary>The report as the HTTP interface writes it: each error with its text in the caller's language.</summary>
/// <param name="Kept">Rows that say otherwise than people decided about a machine since; theirs stays, and the rest of the row is taken.</param>
public sealed record RegistryImportAnswer(
    RegistryImportOutcome Outcome, bool DryRun, IReadOnlyList<RegistryFileCounts> Files, int PricesChanged, int TerminalsRebound,
    IReadOnlyList<RegistryErrorAnswer> Errors, int ErrorsNotListed, IReadOnlyList<RegistryErrorAnswer> Kept, int KeptNotListed, long ElapsedMs)
{
    public static RegistryImportAnswer Of(RegistryImportReport report, TextCatalog texts, CultureInfo language)
    {
        return new(
            report.Outcome, report.Outcome == RegistryImportOutcome.Rehearsed, report.Files, report.PricesChanged, report.TerminalsRebound,
            [.. report.Errors.Select(Told)], report.ErrorsNotListed, [.. report.Kept.Select(Told)], report.KeptNotListed, report.ElapsedMs);

        RegistryErrorAnswer Told(RegistryRowError e) => new(e.File, e.Row, e.Column, e.Code, e.Found, TextOf(e, texts, language));
    }

    private static string TextOf(RegistryRowError error, TextCatalog texts, CultureInfo language) =>
        texts.Text(error.Code, language, [.. error.Details, new Detail("column", error.Column), new Detail("found", error.Found)]);
}

/// <param name="File">Which file: <c>branches</c>, <c>merchants</c>, <c>terminals</c>.</param>
/// <param name="Row">The line in the file; the header is 1.</param>
public sealed record RegistryErrorAnswer(RegistryFile File, int Row, string Column, string Code, string Found, string Text);
