using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Secrets;

/// <summary>A whole card number comes in and is found nowhere: not in a table, a log, the write-ahead log or an answer.</summary>
public sealed class CardNumberTests
{
    [Fact]
    public async Task No_whole_card_number_is_kept_logged_or_echoed()
    {
        // Cut lines hold one too, garbage is shown in reports, and held lines keep what they name.
        var set = SampleSet.Generate(new SampleOptions { Seed = 71, SalesPerDate = 120 });
        var random = new Random(72);
        string[] astray = [.. Enumerable.Range(0, 5).Select(_ => MadeUpCards.Full(random))];
        string[] cards = [.. set.FullCardNumbers, .. astray];
        var said = new StringBuilder();
        await using var site = new Site();
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(set);
            var answer = await site.RunAsync(
                ["ingest", .. set.Files.Select(file => Path.Combine(site.Input, file.Name)), site.Write("astray_20261120.csv", Astray(astray))]);
            answer.ShouldBeDone();
            said.Append(answer.Output).Append(answer.Error);
            said.Append((await site.RunAsync("held", "list")).ShouldBeDone().Output);
            foreach (var file in answer.Json.EnumerateArray().Where(file => file.TryGetProperty("fileId", out _)))
            {
                var lines = new Uri($"api/v1/clearing-files/{file.GetProperty("fileId")}/malformed-lines", UriKind.Relative);
                said.Append(await serving.Http.GetStringAsync(lines));
            }

            await site.BooksShouldBeTrueAsync();
            (await serving.StopAsync()).ShouldBe(0, serving.Said);
            said.Append(serving.Said);
        }

        // In the open, a canary is found: the search itself works.
        File.WriteAllText(Path.Combine(site.Data, "canary.txt"), $"x{cards[0]}y");
        FilesHolding(site.Data, cards).ShouldBe([Path.Combine(site.Data, "canary.txt")]);
        var text = said.ToString();
        cards.Where(card => text.Contains(card, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>Card numbers where none belongs; reports show what stood in such a field.</summary>
    private static byte[] Astray(string[] cards) => Encoding.UTF8.GetBytes(
        $"""
        merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen
        {cards[0]}
        {cards[1]},10000000,000001,000001,2026-11-20T10:00:00+08:00,sale,100,debit,622202******0001,REF1,,1
        102360752110000,10000000,000001,000002,2026-11-20T10:00:00+08:00,sale,{cards[2]}00000,debit,622202******0001,REF2,,1
        102360752110000,10000000,000001,000003,{cards[3]},sale,100,debit,622202******0001,REF3,,1
        102360752110000,10000000,000001,000004,2026-11-20T10:00:00+08:00,{cards[4]},100,debit,622202******0001,REF4,,1

        """);

    /// <summary>Every file of the data directory: PostgreSQL wrote its last checkpoint when it stopped.</summary>
    private static IEnumerable<string> FilesHolding(string directory, IReadOnlyList<string> cards)
    {
        var forms = cards.SelectMany(Forms).ToList();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            if (forms.Exists(form => bytes.AsSpan().IndexOf(form) >= 0))
            {
                yield return path;
            }
        }
    }

    /// <summary>As text, and as the whole number in eight bytes of either order.</summary>
    private static IEnumerable<byte[]> Forms(string card)
    {
        yield return Encoding.ASCII.GetBytes(card);
        yield return Encoding.Unicode.GetBytes(card);
        var number = long.Parse(card, CultureInfo.InvariantCulture);
        var little = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(little, number);
        yield return little;
        var big = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(big, number);
        yield return big;
    }
}
