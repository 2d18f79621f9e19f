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
        var said = new StringBuilder();
        await using var site = new Site();
        await using (var serving = await site.ServeAsync())
        {
            await site.ImportAsync(set);
            var answer = await site.RunAsync(["ingest", .. set.Files.Select(file => Path.Combine(site.Input, file.Name))]);
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
        File.WriteAllText(Path.Combine(site.Data, "canary.txt"), $"x{set.FullCardNumbers[0]}y");
        FilesHolding(site.Data, set.FullCardNumbers).ShouldBe([Path.Combine(site.Data, "canary.txt")]);
        var text = said.ToString();
        set.FullCardNumbers.Where(card => text.Contains(card, StringComparison.Ordinal)).ShouldBeEmpty();
    }

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
