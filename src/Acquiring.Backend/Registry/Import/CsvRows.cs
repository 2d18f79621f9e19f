using System.Globalization;
using System.Runtime.CompilerServices;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Registry.Import;

/// <summary>One thing wrong with one row of an import of one file.</summary>
/// <param name="Row">The line in the file; the header is 1.</param>
/// <param name="Found">What stood there, shortened.</param>
public sealed record CsvRowErrorAnswer(int Row, string Column, string Code, string Found, string Text);

/// <summary>What an import of one file did, or in a dry run would do: rows = added + unchanged + bad.</summary>
/// <param name="Errors">The first 1,000, by row.</param>
public sealed record CsvImportAnswer(
    bool DryRun, int Rows, int Added, int Unchanged, int Bad, IReadOnlyList<CsvRowErrorAnswer> Errors, int ErrorsNotListed);

/// <summary>Reads the rows of one file of fixed columns, and keeps what is wrong with them.</summary>
/// <param name="optional">Columns that a file may leave out; their cells are then empty.</param>
internal sealed class CsvRows(string file, IReadOnlyList<string> columns, IReadOnlyList<string>? optional = null)
{
    private const int ErrorsListedMax = 1_000;

    private readonly List<(int Row, CellFault Fault)> _errors = [];
    private readonly HashSet<int> _bad = [];

    public int Rows { get; private set; }

    public int Bad => _bad.Count;

    public bool IsGood(int row) => !_bad.Contains(row);

    public void Fault(int row, CellFault fault)
    {
        _bad.Add(row);
        _errors.Add((row, fault));
    }

    /// <summary>Gives the good rows as they come. Throws <see cref="RefusedException"/> when it is no such file.</summary>
    /// <param name="read">Reads the cells by their names in the file; what it leaves faults for is bad.</param>
    public async IAsyncEnumerable<(int Line, T Row)> ReadAsync<T>(
        Stream body, Func<RegistryCells, IReadOnlyList<string>, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = columns;
        RegistryCells? cells = null;
        await using var text = new RegistryText(body, file);
        await foreach (var row in RegistryCsv.ReadAsync(text, file, columns, n => names = n, cancellationToken, optional))
        {
            Rows++;
            if (row.Fault is not null)
            {
                Fault(row.Line, row.Fault);
                continue;
            }

            cells ??= new(names);
            cells.Load(row.Cells);
            var record = read(cells, names);
            foreach (var fault in cells.Faults)
            {
                Fault(row.Line, fault);
            }

            if (cells.AreGood)
            {
                yield return (row.Line, record);
            }
        }
    }

    public CsvImportAnswer Answer(bool dryRun, int added, TextCatalog texts, CultureInfo language)
    {
        var listed = _errors.OrderBy(e => e.Row).Take(ErrorsListedMax).Select(e => new CsvRowErrorAnswer(
            e.Row, e.Fault.Column, e.Fault.Code, e.Fault.Found,
            texts.Text(e.Fault.Code, language, [.. e.Fault.Details, new("column", e.Fault.Column), new("found", e.Fault.Found)]))).ToList();
        return new(dryRun, Rows, added, Bad > 0 ? 0 : Rows - added, Bad, listed, _errors.Count - listed.Count);
    }
}
