using System.Text;
using Acquiring.Backend.Transactions.Ingest;

namespace Acquiring.Backend.Tests.Transactions;

public sealed class FileLinesReading
{
    [Theory]
    [InlineData("a\nb\r\n\n\r\nc", "1:a|2:b|5:c")]
    [InlineData("\n\na", "3:a")]
    [InlineData("", "")]
    [InlineData("a\n", "1:a")]
    public async Task Lines_keep_their_number_and_empty_ones_are_not_counted(string text, string expected)
    {
        using var lines = new FileLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => { });
        await lines.FillAsync(100, TestContext.Current.CancellationToken);
        string.Join("|", lines.Lines.Select(l => $"{l.LineNo}:{Encoding.UTF8.GetString(lines[l])}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(4095, false)]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    [InlineData(3_000_000, true)]
    public async Task A_line_longer_than_any_may_be_streams_past_and_the_next_one_is_whole(int length, bool tooLong)
    {
        foreach (var end in new[] { "\n", "\r\n" })
        {
            var text = new string('x', length) + end + "next" + end;
            using var lines = new FileLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => { });
            await lines.FillAsync(100, TestContext.Current.CancellationToken);
            lines.Lines.Count.ShouldBe(2);
            lines.Lines[0].IsTooLong.ShouldBe(tooLong);
            lines.Lines[1].LineNo.ShouldBe(2);
            Encoding.UTF8.GetString(lines[lines.Lines[1]]).ShouldBe("next");
            lines.Bytes.ShouldBe(text.Length);
        }
    }

    [Fact]
    public async Task Consuming_and_filling_by_turns_gives_every_line_once()
    {
        var text = string.Concat(Enumerable.Range(1, 5_000).Select(i => $"line {i} {new string('y', i % 300)}\n"));
        using var lines = new FileLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => { });
        var seen = new List<string>();
        for (var turn = 1; await lines.FillAsync((turn % 90) + 1, TestContext.Current.CancellationToken); turn++)
        {
            var take = Math.Max(1, lines.Lines.Count - (turn % 3));
            seen.AddRange(lines.Lines.Take(take).Select(l => Encoding.UTF8.GetString(lines[l])));
            lines.Consume(take);
        }

        (string.Join('\n', seen) + "\n").ShouldBe(text);
    }
}
