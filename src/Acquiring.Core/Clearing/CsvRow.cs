namespace Acquiring.Core.Clearing;

/// <summary>Splits one line by RFC 4180; a value never holds a line end here.</summary>
internal static class CsvRow
{
    /// <summary>
    /// Fills <paramref name="columns"/> with where each value stands, without its quotes, and returns how many there are, which may be more
    /// than fit; -1 when the quotes do not match. A doubled quote is left doubled: no value of ours may hold one, so none is ever kept.
    /// </summary>
    public static int Split(ReadOnlySpan<byte> line, byte delimiter, Span<Range> columns)
    {
        var count = 0;
        var start = 0;
        while (true)
        {
            int end;
            int next;
            if (start < line.Length && line[start] == '"')
            {
                var closing = ClosingQuote(line, start + 1);
                if (closing < 0 || (closing + 1 < line.Length && line[closing + 1] != delimiter))
                {
                    return -1;
                }

                (start, end, next) = (start + 1, closing, closing + 1);
            }
            else
            {
                var length = line[start..].IndexOf(delimiter);
                end = length < 0 ? line.Length : start + length;
                next = end;
                if (line[start..end].Contains((byte)'"'))
                {
                    return -1;
                }
            }

            if (count < columns.Length)
            {
                columns[count] = start..end;
            }

            count++;
            if (next == line.Length)
            {
                return count;
            }

            start = next + 1;
        }
    }

    private static int ClosingQuote(ReadOnlySpan<byte> line, int from)
    {
        while (true)
        {
            var at = line[from..].IndexOf((byte)'"');
            if (at < 0)
            {
                return -1;
            }

            at += from;
            if (at + 1 == line.Length || line[at + 1] != '"')
            {
                return at;
            }

            from = at + 2;
        }
    }
}
