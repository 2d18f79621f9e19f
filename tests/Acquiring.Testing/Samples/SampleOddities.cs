namespace Acquiring.Testing.Samples;

/// <summary>Turns a day into a file's bytes: shuffled, and with the lines that no honest file would hold.</summary>
public static class SampleOddities
{
    public static byte[] Write(SampleDay day, SampleWriter writer, SampleOptions options, Random random, List<string> fullCards)
    {
        var lines = options.Anomalies ? Misdeclared(day.Lines, options, random, fullCards) : [.. day.Lines];
        var rows = lines.Select(writer.Line).ToList();
        if (options.Anomalies)
        {
            rows.AddRange(Odd(day, lines, writer, random, fullCards));
        }

        var shuffled = rows.ToArray();
        random.Shuffle(shuffled);
        var file = new MemoryStream();
        file.Write(writer.Head());
        var end = writer.Encoding.GetBytes(writer.LineEnd);
        foreach (var row in shuffled)
        {
            file.Write(row);
            file.Write(end);
        }

        return file.ToArray();
    }

    /// <summary>Up to two sales whose declared fee is not ours, and one with its card number whole.</summary>
    private static List<SampleLine> Misdeclared(IReadOnlyList<SampleLine> day, SampleOptions options, Random random, List<string> fullCards)
    {
        var lines = day.ToList();
        for (var i = random.Next(3); i > 0; i--)
        {
            var at = random.Next(Math.Min(lines.Count, options.SalesPerDate));
            if (lines[at].Kind == SampleKind.Sale)
            {
                lines[at] = lines[at] with { DeclaredFeeFen = lines[at].DeclaredFeeFen + 1 };
            }
        }

        var open = random.Next(lines.Count);
        lines[open] = lines[open] with { Card = FullCard(random, fullCards, 16) };
        return lines;
    }

    private static IEnumerable<byte[]> Odd(
        SampleDay day, List<SampleLine> lines, SampleWriter writer, Random random, List<string> fullCards)
    {
        for (var i = 0; i < 5; i++)
        {
            yield return writer.Line(lines[random.Next(lines.Count)]);
        }

        for (var i = 0; i < 3 && day.DayBefore.Count > 0; i++)
        {
            yield return writer.Line(day.DayBefore[random.Next(day.DayBefore.Count)]);
        }

        // Foreign lines carry the reference of a sale that is posted and given back: they must claim nothing of it.
        var given = lines.Find(line => line.Original is not null && lines.Contains(line.Original))?.Original ?? lines[0];
        yield return writer.Line(given with
        {
            TerminalNo = SampleRegistry.UnknownTerminalNo, Stan = 900_001, Card = FullCard(random, fullCards, 19),
        });
        var stranger = lines.Find(line => line.Merchant != given.Merchant)?.Merchant;
        if (stranger is not null)
        {
            yield return writer.Line(given with { Merchant = stranger, Stan = 900_002 });
        }

        yield return writer.Line(lines[random.Next(lines.Count)] with { Card = FullCard(random, fullCards, 16) })[..writer.CutAt];
        yield return writer.Encoding.GetBytes("GARBAGE 垃圾行");
    }

    private static string FullCard(Random random, List<string> fullCards, int length)
    {
        var card = MadeUpCards.Full(random, length);
        fullCards.Add(card);
        return card;
    }
}
