using System.Text.RegularExpressions;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// I8: no column of ours holds a whole card number. The columns come from the catalogue, so a new one is covered by itself. A run of
/// 13 to 19 digits counts when it lies in a card range (first digit 3 to 6), its Luhn digit is right, and it is no number we know.
/// </summary>
internal sealed partial class CardNumberCheck : IBookCheck
{
    /// <summary>Suspicious runs that are compared with known numbers; more of them are told as they are.</summary>
    private const int SuspectsMax = 10_000;

    public string Code => "books.card-numbers";

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var columns = await ColumnsAsync(books.Connection, cancellationToken);
        var suspects = new List<(Column Column, string Run)>();
        foreach (var column in columns)
        {
            await AddSuspectsAsync(books.Connection, column, suspects, cancellationToken);
        }

        var known = await KnownAsync(books.Connection, suspects.Select(s => s.Run).ToHashSet(StringComparer.Ordinal), cancellationToken);
        var misses = suspects
            .Where(s => !known.Contains(s.Run))
            .GroupBy(s => s.Column)
            .Take(CheckOutcome.MissesMax)
            .Select(g => new BookMiss($"{Code}.{(g.Key.IsMask ? "mask" : "text")}", Details(g.Key, g.First().Run, g.Count())))
            .ToList();
        return new(columns.Count, misses);
    }

    /// <summary>The number itself is never told: it would only spread.</summary>
    private static List<Detail> Details(Column column, string run, int count) =>
        [new("table", column.Table), new("column", column.Name), new("masked", $"{run[..Math.Min(6, run.Length)]}…"), new("count", $"{count}")];

    private static async Task<List<Column>> ColumnsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.relname, a.attname, a.atttypid = 'int8'::regtype
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and (a.atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'jsonb'::regtype,
                                  'text[]'::regtype)
                   or (a.atttypid = 'int8'::regtype and a.attname = 'card'))
            order by c.relname, a.attnum
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new List<Column>();
        while (await reader.ReadAsync(cancellationToken))
        {
            columns.Add(new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        }

        return columns;
    }

    private static async Task AddSuspectsAsync(
        NpgsqlConnection connection, Column column, List<(Column Column, string Run)> suspects, CancellationToken cancellationToken)
    {
        // A mask is 6 + 4 digits and a length: twelve digits. A whole number is longer.
        var test = column.IsMask
            ? $"{column.Quoted} not between 0 and 999999999999"
            : $"{column.Quoted}::text collate \"C\" ~ '(^|[^0-9])[3-6][0-9]{{12,18}}($|[^0-9])'";
        await using var command = new NpgsqlCommand($"select {column.Quoted}::text from {column.QuotedTable} where {test}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (suspects.Count < SuspectsMax && await reader.ReadAsync(cancellationToken))
        {
            var text = reader.GetString(0);
            if (column.IsMask)
            {
                suspects.Add((column, text));
                continue;
            }

            foreach (Match match in Token().Matches(text))
            {
                // Digests and ids in hexadecimal hold runs of digits by chance.
                if (match.Length < 32 || !match.Value.All(char.IsAsciiHexDigit))
                {
                    suspects.AddRange(Run().Matches(match.Value).Where(r => IsCardNumber(r.Value)).Select(r => (column, r.Value)));
                }
            }
        }
    }

    private static bool IsCardNumber(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }

        return sum % 10 == 0;
    }

    /// <summary>Merchant numbers, and serial numbers whose digits look like a card's.</summary>
    private static async Task<HashSet<string>> KnownAsync(NpgsqlConnection connection, HashSet<string> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(
            """
            select merchant_no from merchant where merchant_no = any($1)
            union
            select run from unnest($1) run where exists (select from terminal t where t.serial_no = run)
            union
            select run from unnest($1) run
            where exists (select from terminal t where t.serial_no ~ '[0-9]{13,19}' and substring(t.serial_no from '[0-9]{13,19}') = run)
            """,
            connection);
        command.Parameters.Add(new() { Value = runs.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            known.Add(reader.GetString(0));
        }

        return known;
    }

    [GeneratedRegex("[0-9A-Za-z]{13,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Token();

    [GeneratedRegex("(?<![0-9])[3-6][0-9]{12,18}(?![0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Run();

    private sealed record Column(string Table, string Name, bool IsMask)
    {
        public string Quoted => $"\"{Name}\"";

        public string QuotedTable => $"\"{Table}\"";
    }
}
