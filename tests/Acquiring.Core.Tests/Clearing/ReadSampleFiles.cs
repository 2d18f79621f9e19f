using System.Text.Json;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Clearing;

public sealed class ReadSampleFiles
{
    [Fact]
    public void The_samples_give_the_lines_and_sums_that_are_expected_of_them()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Reading.SamplesFolder, "expected.json")));
        var holderOf = File.ReadLines(Path.Combine(Reading.SamplesFolder, "terminals.csv")).Skip(1)
            .Select(l => l.Split(',')).ToDictionary(c => c[0], c => c[1], StringComparer.Ordinal);
        var seen = new HashSet<(string, string, int, DateOnly, TransactionKind)>();
        foreach (var file in expected.RootElement.GetProperty("files").EnumerateObject().OrderBy(f => ClearingFileName.BusinessDateIn(f.Name)))
        {
            var businessDate = ClearingFileName.BusinessDateIn(file.Name).ShouldNotBeNull();
            var bytes = File.ReadAllBytes(Path.Combine(Reading.SamplesFolder, file.Name));
            var format = Reading.Recognise(bytes).Value;
            long malformed = 0, duplicates = 0, held = 0, gross = 0, refund = 0;
            var posted = new List<ClearingLine>();
            foreach (var text in Reading.LinesOf(bytes, format))
            {
                if (!format.TryRead(text, businessDate, out var line, out var fault))
                {
                    malformed++;
                    fault.Code.ShouldBeOneOf("clearing.line.length");
                    continue;
                }

                if (line.FullCardNumber is { } number)
                {
                    line.Card.ToString().ShouldBe($"{number[..6]}{new string('*', number.Length - 10)}{number[^4..]}");
                }

                if (!seen.Add((line.MerchantNo.Text, line.TerminalNo.Text, line.Stan, line.TransactionDate, line.Kind)))
                {
                    duplicates++;
                }
                else if (!holderOf.TryGetValue(line.TerminalNo.Text, out var holder) || holder != line.MerchantNo.Text)
                {
                    held++;
                }
                else
                {
                    posted.Add(line);
                    gross += line.Kind == TransactionKind.Sale ? line.AmountFen : 0;
                    refund += line.Kind == TransactionKind.Sale ? 0 : line.AmountFen;
                }
            }

            (file.Name, posted.Count, duplicates, held, malformed, gross, refund).ShouldBe((
                file.Name, (int)Of("posted"), Of("duplicates"), Of("held"), Of("malformed"), Of("gross_fen"), Of("refund_fen")));
            posted.Count(l => l.Kind == TransactionKind.Sale).ShouldBe((int)Of("sales"));
            posted.Count(l => l.Kind == TransactionKind.Refund).ShouldBe((int)Of("refunds"));
            posted.Count(l => l.Kind == TransactionKind.Reversal).ShouldBe((int)Of("reversals"));

            long Of(string name) => file.Value.GetProperty(name).GetInt64();
        }
    }

    [Theory]
    [InlineData("clearing_20261114_fen.csv", "csv-fen", 1, 0)]
    [InlineData("clearing_20261115_yuan.csv", "csv-yuan", 1, 3)]
    [InlineData("ZM_20261116.txt", "zm", 0, 0)]
    [InlineData("ZM_20261119.txt", "zm", 0, 0)]
    public void Each_format_is_recognised_by_its_content(string file, string name, int headerLines, int bomBytes)
    {
        var format = Reading.Recognise(File.ReadAllBytes(Path.Combine(Reading.SamplesFolder, file))).Value;
        (format.Name, format.HeaderLines, format.BomBytes).ShouldBe((name, headerLines, bomBytes));
    }
}
