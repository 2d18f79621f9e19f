namespace Acquiring.Testing.Samples;

/// <summary>One long file of a date, written as it is made. Its first lines give back of its last sale, so no reader may rely on order.</summary>
public static class LargeFile
{
    /// <param name="salesCount">Sales; one refund stands before them.</param>
    /// <returns>What must come of it.</returns>
    public static FileOutcome Write(string path, SampleRegistry registry, DateOnly date, SampleFormat format, int salesCount)
    {
        var writer = new SampleWriter(format, subMerchantNames: false);
        var trading = registry.Terminals.Where(terminal => terminal.Trades).ToList();
        var end = writer.Encoding.GetBytes(writer.LineEnd);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        file.Write(writer.Head());

        SampleLine Sale(int i)
        {
            var terminal = trading[i % trading.Count];
            var stan = (i / trading.Count) + 1;
            var amountFen = 100 + ((long)i * 7919 % 1_000_000);
            var credit = i % 2 == 0;
            return new SampleLine(
                terminal.Merchant, terminal.No, 1, stan, date.ToDateTime(new TimeOnly(8, 0)).AddSeconds(i % 50_000), SampleKind.Sale,
                amountFen, credit, $"622202******{i % 10_000:D4}", $"{date:yyMMdd}{terminal.No}{stan:D6}", null,
                terminal.Merchant.FeeOf(amountFen, credit));
        }

        var last = Sale(salesCount - 1);
        file.Write(writer.Line(last with
        {
            Stan = 999_999, At = date.ToDateTime(new TimeOnly(22, 0)), Kind = SampleKind.Reversal, Original = last,
            Reference = $"{date:yyMMdd}{last.TerminalNo}999999", DeclaredFeeFen = -last.DeclaredFeeFen,
        }));
        file.Write(end);
        long grossFen = 0, feeFen = 0;
        for (var i = 0; i < salesCount; i++)
        {
            var sale = Sale(i);
            grossFen += sale.AmountFen;
            feeFen += sale.DeclaredFeeFen;
            file.Write(writer.Line(sale));
            file.Write(end);
        }

        return new FileOutcome(
            Path.GetFileName(path), salesCount + 1, 0, 0, 0, salesCount, 0, 1, grossFen, last.AmountFen, feeFen - last.DeclaredFeeFen, 0);
    }
}
