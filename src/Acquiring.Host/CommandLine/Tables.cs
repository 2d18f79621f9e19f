using Spectre.Console;

namespace Acquiring.Host.CommandLine;

/// <summary>Tables for people. Cell texts come from files, so they are escaped: a bracket is no markup.</summary>
internal static class Tables
{
    /// <param name="speech">Titles are text keys below <c>column.</c>.</param>
    /// <param name="columns">A leading <c>#</c> means numbers, set to the right; a leading <c>~</c> a sentence, the only ones that wrap.</param>
    public static Table Of(Speech speech, params IReadOnlyList<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('#');
            var header = new TableColumn(new Text(speech.Say($"column.{column.TrimStart('#', '~')}"))) { NoWrap = !column.StartsWith('~') };
            table.AddColumn(isNumber ? header.RightAligned() : header);
        }

        return table;
    }

    public static Table Row(this Table table, params IReadOnlyList<string> cells) => table.AddRow(cells.Select(c => new Text(c)));

    public static void Line(this IAnsiConsole console, string text) => console.WriteLine(text);
}
