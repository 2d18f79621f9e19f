using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Verbs;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>The report of an ingest for people: a row a file, the lines that could not be read, and what to do next.</summary>
internal static class IngestView
{
    private const int MalformedShownMax = 20;

    public static void Show(IAnsiConsole console, Speech speech, IReadOnlyList<IngestedFile> files)
    {
        var answers = files.Where(f => f.Answer is not null).Select(f => f.Answer!).ToList();
        if (answers.Count > 0)
        {
            console.Write(TableOf(speech, answers));
        }

        foreach (var answer in answers.Where(a => a.Malformed > 0))
        {
            ShowMalformed(console, speech, answer);
        }

        ShowNext(console, speech, answers);
    }

    private static Table TableOf(Speech speech, List<ClearingFileAnswer> answers)
    {
        var table = Tables.Of(
            speech, "file", "business-date", "#posted", "#duplicates", "#held", "#malformed", "#gross", "#refunded", "#fee", "#fee-differences", "#rate");
        foreach (var a in answers)
        {
            table.Row(
                a.File, Figures.Day(a.BusinessDate), Figures.Count(a.Posted), Figures.Count(a.Duplicates), Figures.Count(a.Held), Figures.Count(a.Malformed),
                a.Gross.Yuan(), a.Refund.Yuan(), a.Fee.Yuan(), Figures.Count(a.FeeDifferences), Figures.Count(a.LinesPerSecond ?? 0));
        }

        if (answers.Count > 1)
        {
            table.Row(
                speech.Say("column.total"), "", Figures.Count(answers.Sum(a => a.Posted)), Figures.Count(answers.Sum(a => a.Duplicates)),
                Figures.Count(answers.Sum(a => a.Held)), Figures.Count(answers.Sum(a => a.Malformed)), Figures.Yuan(answers.Sum(a => a.Gross.AmountFen)),
                Figures.Yuan(answers.Sum(a => a.Refund.AmountFen)), Figures.Yuan(answers.Sum(a => a.Fee.AmountFen)),
                Figures.Count(answers.Sum(a => a.FeeDifferences)), "");
        }

        return table;
    }

    private static void ShowMalformed(IAnsiConsole console, Speech speech, ClearingFileAnswer answer)
    {
        var shown = (answer.MalformedLines ?? []).Take(MalformedShownMax).ToList();
        console.Line(speech.Say("ingest.malformed", new Detail("file", answer.File), new Detail("count", Figures.Count(answer.Malformed))));
        var table = Tables.Of(speech, "#line", "field", "~reason", "~found");
        foreach (var line in shown)
        {
            table.Row(Figures.Count(line.Line), line.Field, line.Text, line.Found);
        }

        console.Write(table);
        if (answer.Malformed > shown.Count)
        {
            console.Line(speech.Say("ingest.malformed-more", new Detail("count", Figures.Count(answer.Malformed - shown.Count)), new Detail("id", $"{answer.FileId}")));
        }
    }

    private static void ShowNext(IAnsiConsole console, Speech speech, List<ClearingFileAnswer> answers)
    {
        foreach (var answer in answers.Where(a => a.Lines == 0))
        {
            console.Line(speech.Say("ingest.no-lines", new Detail("file", answer.File)));
        }

        foreach (var answer in answers.Where(a => a.Lines > 0 && a.Duplicates == a.Lines))
        {
            console.Line(speech.Say("ingest.all-known", new Detail("file", answer.File)));
        }

        if (answers.Sum(a => a.Released) is > 0 and var released)
        {
            console.Line(speech.Say("ingest.released", new Detail("count", Figures.Count(released))));
        }

        if (answers.Sum(a => a.Held) is > 0 and var held)
        {
            console.Line(speech.Say("ingest.held-next", new Detail("count", Figures.Count(held))));
        }

        if (answers.Sum(a => a.FeeDifferences) is > 0 and var differences)
        {
            console.Line(speech.Say("ingest.fee-differences", new Detail("count", Figures.Count(differences))));
        }
    }
}
