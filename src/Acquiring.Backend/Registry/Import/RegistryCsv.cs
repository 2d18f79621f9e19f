using System.Runtime.CompilerServices;
using System.Text;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using CsvHelper;

namespace Acquiring.Backend.Registry.Import;

/// <summary>One row: its line in the file (the header is 1) and its cells in the order of the columns asked for.</summary>
/// <param name="Cells">Empty when <paramref name="Fault"/> says that the row cannot be told apart into cells. Reused for the next row.</param>
internal readonly record struct RegistryRow(int Line, string[] Cells, CellFault? Fault);

/// <summary>Reads the rows of an import's file as they arrive. What makes the whole file unreadable is thrown as a refusal.</summary>
internal static class RegistryCsv
{
    public const int RowsMax = 1_000_000;
    public const int RowBytesMax = 16 << 10;
    private const int NamedColumnsMax = 10;

    /// <summary>Parts the names that a column may have: amounts in fen or in yuan.</summary>
    private const char OrNamed = '|';

    public static async IAsyncEnumerable<RegistryRow> ReadAsync(
        RegistryText text, string file, IReadOnlyList<string> columns, Action<IReadOnlyList<string>>? named,
        [EnumeratorCancellation] CancellationToken cancellationToken, IReadOnlyList<string>? optional = null)
    {
        long malformedLine = 0;
        var options = new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrimWhitespace = true,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            // A cell is one line: then one forgotten quotation mark cannot swallow the rows after it, and a row's number is its line's.
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = RowBytesMax,
            BufferSize = RowBytesMax,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = record => malformedLine = record.LineNumber,
        };
        using var reader = CsvReader.Create(text, options, leaveOpen: true);
        if (!await NextAsync(reader, file, 1, cancellationToken))
        {
            throw new RefusedException(RegistryRefusals.FileEmpty(file));
        }

        var (places, names) = PlacesOf(reader, file, columns, optional ?? []);
        named?.Invoke(names);
        var cells = new string[names.Length];
        Array.Fill(cells, "");
        var line = checked((int)reader.LineNumber);
        var rows = 0;
        while (await NextAsync(reader, file, line + 1, cancellationToken))
        {
            line = checked((int)reader.LineNumber);
            if (++rows > RowsMax)
            {
                throw new RefusedException(RegistryRefusals.TooManyRows(file, RowsMax));
            }

            if (malformedLine == line)
            {
                yield return new(line, [], new(RegistryColumns.WholeRow, "registry.row.quotes", ""));
            }
            else if (reader.FieldCount != places.Length)
            {
                yield return new(line, [], new(
                    RegistryColumns.WholeRow, "registry.row.cells", $"{reader.FieldCount}", new Detail("expected", $"{places.Length}")));
            }
            else
            {
                for (var i = 0; i < places.Length; i++)
                {
                    cells[places[i]] = Encoding.UTF8.GetString(reader.GetSpan(i));
                }

                yield return new(line, cells, null);
            }
        }
    }

    private static async ValueTask<bool> NextAsync(CsvReader reader, string file, int line, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException e)
        {
            // The reader recovers from all else by itself.
            throw new RefusedException(RegistryRefusals.RowTooLong(file, line, RowBytesMax), e);
        }
    }

    /// <summary>For each cell of a row the place of its column among ours, and which name each column has in the file.</summary>
    private static (int[] Places, string[] Names) PlacesOf(
        CsvReader reader, string file, IReadOnlyList<string> columns, IReadOnlyList<string> optional)
    {
        string[] names = [.. columns, .. optional];
        string[] known = [.. names];
        var places = new int[reader.FieldCount];
        var found = new int[names.Length];
        var unknown = new List<string>();
        for (var i = 0; i < places.Length; i++)
        {
            var name = Encoding.UTF8.GetString(reader.GetSpan(i));
            places[i] = IndexOf(known, name);
            if (places[i] < 0)
            {
                unknown.Add(name.Length == 0 ? $"#{i + 1}" : FoundText.Of(name));
            }
            else
            {
                found[places[i]]++;
                names[places[i]] = name.ToLowerInvariant();
            }
        }

        var missing = columns.Where((_, i) => found[i] == 0).ToList();
        var repeated = known.Where((_, i) => found[i] > 1).ToList();
        return missing.Count + repeated.Count + unknown.Count == 0
            ? (places, names)
            : throw new RefusedException(RegistryRefusals.Columns(file, columns, missing, unknown.Take(NamedColumnsMax), repeated));
    }

    private static int IndexOf(IReadOnlyList<string> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Split(OrNamed).Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
