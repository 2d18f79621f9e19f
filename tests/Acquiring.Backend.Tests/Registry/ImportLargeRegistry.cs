using System.Diagnostics;
using System.Globalization;
using System.Text;
using Acquiring.Backend.Registry.Import;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

/// <summary>
/// A large branch: 100,000 merchants and 150,000 terminals with ACQUIRING_TEST_MERCHANTS=100000; 2,000 and 3,000 otherwise. Tells the times.
/// </summary>
public class ImportLargeRegistry(TestCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task It_is_imported_found_unchanged_and_loaded()
    {
        var merchants = int.Parse(Environment.GetEnvironmentVariable("ACQUIRING_TEST_MERCHANTS") ?? "2000", CultureInfo.InvariantCulture);
        var terminals = merchants * 3 / 2;
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var files = RegistryDesk.Files(RegistryDesk.GoodBranches, Merchants(merchants), Terminals(terminals, merchants)).ToList();

        var time = Stopwatch.StartNew();
        var progress = new Told();
        (await desk.TryAsync(files, progress: progress)).Value.Files.Select(f => f.Added).ShouldBe([2, merchants, terminals]);
        Tell("first import");
        (await desk.RunAsync(files)).ChangedAnything.ShouldBeFalse();
        Tell("same again");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        time.Restart();
        var snapshot = await desk.SnapshotAsync();
        Tell("snapshot");
        output.WriteLine($"snapshot holds {(GC.GetTotalMemory(forceFullCollection: true) - before) >> 20} MB");
        snapshot.Terminals.Count.ShouldBe(terminals);
        progress.ShouldBe(rows: 2 + merchants + terminals, bytes: files.Sum(f => f.Item2.LongLength));

        void Tell(string what)
        {
            output.WriteLine($"{what}: {time.ElapsedMilliseconds} ms for {merchants} merchants and {terminals} terminals");
            time.Restart();
        }
    }

    /// <summary>Adds up what it is told, and what it is told in the middle.</summary>
    private sealed class Told : IRegistryImportProgress
    {
        private int _rows;
        private long _bytes;
        private int _times;
        private int? _toWrite;
        private int _written;

        public void Read(long bytes, int rows)
        {
            bytes.ShouldBeGreaterThanOrEqualTo(0);
            (_rows, _bytes, _times) = (_rows + rows, _bytes + bytes, _times + 1);
        }

        public void BeginWriting(int rows) => _toWrite = rows;

        public void Written(int rows)
        {
            _toWrite.ShouldNotBeNull();
            _written += rows;
        }

        public void ShouldBe(int rows, long bytes)
        {
            (_rows, _toWrite, _written).ShouldBe((rows, rows, rows));
            _bytes.ShouldBe(bytes);
            _times.ShouldBeGreaterThanOrEqualTo(rows / 1_000);
        }
    }

    private static string Merchants(int count)
    {
        var text = new StringBuilder(RegistryDesk.MerchantHead);
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"1023600{i:D8},商户{i},5411,B1,九堡镇,91360700{i:D10},15102174{i:D11},0.38,,0.60,2000\n");
        }

        return text.ToString();
    }

    private static string Terminals(int count, int merchants)
    {
        var text = new StringBuilder(RegistryDesk.TerminalHead);
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i:D8},1023600{i % merchants:D8},S{i},N86,2024-01-02,2026-07-31,false,赣州市{i}号\n");
        }

        return text.ToString();
    }
}
