using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Testing;
using Acquiring.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;
using System.Text;

namespace Acquiring.Backend.Tests.Transactions;

/// <summary>However the same lines are dealt to files, and whoever else reads them at the same time, the books end alike.</summary>
public sealed class CutMergedAndAtOnce(TestCluster cluster)
{
    private static readonly SampleSet Set = SampleSet.Generate(new SampleOptions
    {
        Seed = 31, Merchants = 25, Terminals = 40, Dates = 2, SalesPerDate = 900, Anomalies = false,
        Formats = [SampleFormat.CsvFen, SampleFormat.ZmUtf8],
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Lines_split_over_files_repeated_and_shuffled_give_the_same_sums(int seed)
    {
        var random = new Random(seed);
        var files = new List<(string Name, DateOnly Date, byte[] Bytes)>();
        foreach (var file in Set.Files)
        {
            var parts = Enumerable.Range(0, random.Next(2, 6)).Select(_ => new List<string>()).ToList();
            var (header, lines) = LinesOf(file);
            foreach (var line in lines)
            {
                parts[random.Next(parts.Count)].Add(line);
                if (random.Next(10) == 0)
                {
                    parts[random.Next(parts.Count)].Add(line);
                }
            }

            files.AddRange(parts.Select((p, i) => ($"{file.BusinessDate:yyyyMMdd}_{i}", file.BusinessDate, Joined(header, Shuffled(p, random)))));
        }

        await using var bank = await ClearingBank.WithSetAsync(cluster, Set, linesPerChunk: random.Next(20, 200));
        foreach (var (name, date, bytes) in Shuffled(files, random))
        {
            await bank.TakeAsync(name, bytes, date);
        }

        (await bank.VolumesAsync()).ShouldBe(await UndividedAsync());
        await bank.BooksShouldBeInOrderAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_readers_of_the_same_lines_at_the_same_time_double_and_lose_none(int seed)
    {
        var random = new Random(seed);
        await using var bank = await ClearingBank.WithSetAsync(cluster, Set, linesPerChunk: 40);

        // Its own registry and its own turn: as another process would read.
        using var other = new ClearingIngest(
            bank.Data, new RegistrySnapshots(new ChangeCounter()), new CardReferences(new PersonalDataKey(new byte[PersonalDataKey.Bytes])),
            new ChangeCounter(), new(bank.Data, bank.Clock, NullLogger<VolumeFolding>.Instance), bank.Clock, new(LinesPerChunk: 55));
        foreach (var file in Set.Files)
        {
            var (header, lines) = LinesOf(file);
            var again = Joined(header, Shuffled(lines, random));
            var mine = bank.TryTakeAsync($"a_{file.BusinessDate:yyyyMMdd}", new MemoryStream(file.Bytes));
            var theirs = other.RunAsync(
                new ClearingFileRequest($"b_{file.BusinessDate:yyyyMMdd}", ClearingFileRequest.DefaultChannel, null, null, null, "test"),
                new MemoryStream(again), () => { }, (_, _) => { }, TestContext.Current.CancellationToken);
            _ = (await mine).Value;
            _ = (await theirs).Value;
        }

        (await bank.VolumesAsync()).ShouldBe(await UndividedAsync());
        (await bank.CountAsync("select sum(posted + released) from clearing_chunk")).ShouldBe(await bank.CountAsync("select count(*) from journal where turn = 0"));
        await bank.BooksShouldBeInOrderAsync();
    }

    private async Task<IReadOnlyList<MerchantDay>> UndividedAsync()
    {
        await using var bank = await ClearingBank.WithSetAsync(cluster, Set);
        foreach (var file in Set.Files)
        {
            await bank.TakeAsync(file.Name, file.Bytes, file.BusinessDate);
        }

        var volumes = await bank.VolumesAsync();
        volumes.Sum(v => v.Sales).ShouldBeGreaterThan(1_700);
        return volumes;
    }

    private static (string? Header, List<string> Lines) LinesOf(SampleFile file)
    {
        var lines = Encoding.UTF8.GetString(file.Bytes).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.TrimEnd('\r')).ToList();
        if (file.Format is SampleFormat.ZmUtf8)
        {
            return (null, lines);
        }

        var header = lines[0];
        lines.RemoveAt(0);
        return (header, lines);
    }

    private static byte[] Joined(string? header, IEnumerable<string> lines) =>
        Encoding.UTF8.GetBytes((header is null ? "" : header + "\n") + string.Concat(lines.Select(l => l + "\n")));

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }
}
