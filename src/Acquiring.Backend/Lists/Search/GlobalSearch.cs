using System.Text;
using Acquiring.Backend.Lists.Activity;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists.Search;

public enum FoundType
{
    Merchant,
    Terminal,
}

/// <summary>By what something was found.</summary>
public enum FoundBy
{
    Number,
    Serial,
    Name,

    /// <summary>The last four digits of the settlement account.</summary>
    Account,
}

/// <param name="Id">The merchant's or terminal's number.</param>
/// <param name="Label">The merchant's name; of a terminal its serial number and whom it works for.</param>
/// <param name="Link">Where the whole of it is read.</param>
public sealed record FoundItem(FoundType Type, FoundBy By, string Id, string Label, string State, string Link);

/// <param name="Items">The best first: a whole number or name, then their beginnings, then any part of a name.</param>
/// <param name="More">There are more than were asked for: type more of it.</param>
public sealed record SearchAnswer(IReadOnlyList<FoundItem> Items, bool More);

/// <summary>
/// Finds merchants and terminals by what a person has at hand. Each way is one indexed read, all of them one round trip. Two characters of
/// a name are enough, by an index of all pairs of characters.
/// </summary>
public sealed class GlobalSearch(NpgsqlDataSource database, AccountReferences accounts)
{
    public const int CharsMin = 2;
    public const int CharsMax = 100;

    /// <summary>Names that hold a common word are many; these are looked at and the best of them shown.</summary>
    private const int NamesLookedAt = 300;

    /// <summary>Refuses a text that is too short or too long.</summary>
    public async Task<Result<SearchAnswer>> RunAsync(string? asked, int limit, CancellationToken cancellationToken)
    {
        var text = asked?.Trim() ?? "";
        if (text.Length is < CharsMin or > CharsMax)
        {
            return ListRefusals.SearchLength(CharsMin, CharsMax);
        }

        await using var batch = database.CreateBatch();
        var ways = new List<(FoundType Type, FoundBy By)>();
        if (text.All(c => c is > ' ' and <= '~'))
        {
            foreach (var prefix in new[] { text, text.ToUpperInvariant() }.Distinct(StringComparer.Ordinal))
            {
                AddPrefix(batch, "select merchant_no, name, state, merchant_no from merchant", "merchant_no", prefix, limit);
                ways.Add((FoundType.Merchant, FoundBy.Number));
                AddPrefix(batch, TerminalsBy("t.terminal_no"), "t.terminal_no", prefix, limit);
                ways.Add((FoundType.Terminal, FoundBy.Number));
                AddPrefix(batch, TerminalsBy("t.serial_no"), "t.serial_no", prefix, limit);
                ways.Add((FoundType.Terminal, FoundBy.Serial));
            }
        }

        if (text.EnumerateRunes().Count(r => !Rune.IsWhiteSpace(r)) >= CharsMin)
        {
            AddNames(batch, "name", "name", text, limit);
            ways.Add((FoundType.Merchant, FoundBy.Name));
            AddNames(batch, "trade_name", "name || ' · ' || trade_name", text, limit);
            ways.Add((FoundType.Merchant, FoundBy.Name));
        }

        if (text.Length == AccountReferences.Digits && text.All(char.IsAsciiDigit))
        {
            AddAccount(batch, accounts.MarkOf(text), limit);
            ways.Add((FoundType.Merchant, FoundBy.Account));
        }

        return await ReadAsync(batch, ways, text, limit, cancellationToken);
    }

    private static async Task<SearchAnswer> ReadAsync(
        NpgsqlBatch batch, List<(FoundType Type, FoundBy By)> ways, string text, int limit, CancellationToken cancellationToken)
    {
        var found = new List<(int Rank, FoundItem Item)>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (type, by) in ways)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (id, matched) = (reader.GetString(0), reader.GetString(3));
                found.Add((
                    Rank(by, matched, text),
                    new(type, by, id, reader.GetString(1), reader.GetString(2), type == FoundType.Merchant ? $"/api/v1/merchants/{id}" : $"/api/v1/terminals/{id}")));
            }

            await reader.NextResultAsync(cancellationToken);
        }

        // Found by two ways is found by the better one.
        var items = found.OrderBy(f => f.Rank).ThenBy(f => f.Item.Id, StringComparer.Ordinal).Select(f => f.Item)
            .DistinctBy(i => (i.Type, i.Id)).Take(limit + 1).ToList();
        return new([.. items.Take(limit)], items.Count > limit);
    }

    private static int Rank(FoundBy by, string matched, string text) => by switch
    {
        FoundBy.Account => 4,
        _ when string.Equals(matched, text, StringComparison.OrdinalIgnoreCase) => 0,
        FoundBy.Number or FoundBy.Serial => 1,
        _ when matched.StartsWith(text, StringComparison.OrdinalIgnoreCase) => 2,
        _ => 3,
    };

    private static string TerminalsBy(string matched) =>
        $"""
        select t.terminal_no, t.serial_no || coalesce(' · ' || m.name, ''), t.state, {matched}
        from terminal t
        left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
        left join merchant m on m.merchant_id = b.merchant_id
        """;

    /// <summary>By code points: whatever begins with the prefix lies between it and the next one of its length.</summary>
    private static void AddPrefix(NpgsqlBatch batch, string select, string column, string prefix, int limit) => Add(
        batch,
        $"""
        {select}
        where {column} collate "C" >= $1 and {column} collate "C" < $2
        order by {column} collate "C"
        limit {limit + 1}
        """,
        (prefix, NpgsqlDbType.Text), (prefix[..^1] + (char)(prefix[^1] + 1), NpgsqlDbType.Text));

    /// <param name="column">The registered name or the trade name; each has its index.</param>
    private static void AddNames(NpgsqlBatch batch, string column, string label, string text, int limit) => Add(
        batch,
        $"""
        select merchant_no, {label}, state, {column}
        from (
            select merchant_no, name, trade_name, state
            from merchant
            where name_bigrams({column}) @> name_bigrams($1) and strpos(folded_name({column}), folded_name($1)) > 0 and {column} <> ''
            limit {NamesLookedAt}) n
        order by folded_name({column}) <> folded_name($1), strpos(folded_name({column}), folded_name($1)), merchant_no collate "C"
        limit {limit + 1}
        """,
        (text, NpgsqlDbType.Text));

    private static void AddAccount(NpgsqlBatch batch, byte[] mark, int limit) => Add(
        batch,
        $"""
        select m.merchant_no, m.name, m.state, ''
        from merchant_account_reference r
        join merchant m on m.merchant_id = r.merchant_id and m.settlement_account_mark = r.settlement_account_mark
        where r.last_four_mark = $1
        order by m.merchant_no collate "C"
        limit {limit + 1}
        """,
        (mark, NpgsqlDbType.Bytea));

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<(object Value, NpgsqlDbType Type)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (value, type) in values)
        {
            command.Parameters.Add(new() { Value = value, NpgsqlDbType = type });
        }

        batch.BatchCommands.Add(command);
    }
}
