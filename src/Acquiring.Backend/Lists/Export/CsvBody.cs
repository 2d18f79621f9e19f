using System.Globalization;
using System.Text;

namespace Acquiring.Backend.Lists.Export;

/// <summary>
/// Writes a CSV file as it comes, a row at a time: UTF-8 with a byte order mark, so that spreadsheets read Chinese; a text that a
/// spreadsheet would take for a formula begins with an apostrophe.
/// </summary>
internal sealed class CsvBody(Stream body) : IAsyncDisposable
{
    private const int BufferChars = 16_384;

    private readonly StreamWriter _writer = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), BufferChars, leaveOpen: true);
    private readonly StringBuilder _row = new();

    public async Task WriteAsync(IReadOnlyList<object?> cells, CancellationToken cancellationToken)
    {
        _row.Clear();
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                _row.Append(',');
            }

            Append(cells[i]);
        }

        _row.Append("\r\n");
        await _writer.WriteAsync(_row, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _writer.DisposeAsync();

    private void Append(object? cell)
    {
        switch (cell)
        {
            case null:
                return;
            case int number:
                _row.Append(number);
                return;
            case long number:
                _row.Append(number);
                return;
            // An amount may begin with a minus and is a number all the same.
            case decimal amount:
                _row.Append(amount.ToString("0.00", CultureInfo.InvariantCulture));
                return;
            case DateOnly date:
                _row.Append(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                return;
            default:
                AppendText($"{cell}");
                return;
        }
    }

    private void AppendText(string text)
    {
        // Spreadsheets skip white space before the sign, full-width signs are signs to some.
        var start = text.AsSpan().TrimStart();
        var formula = start.Length > 0 && "=+-@＝＋－＠".Contains(start[0], StringComparison.Ordinal);
        var quoted = text.AsSpan().IndexOfAny(",\"\r\n") >= 0;
        if (quoted)
        {
            _row.Append('"');
        }

        if (formula || text is ['\t' or '\r', ..])
        {
            _row.Append('\'');
        }

        _row.Append(quoted ? text.Replace("\"", "\"\"", StringComparison.Ordinal) : text);
        if (quoted)
        {
            _row.Append('"');
        }
    }
}
