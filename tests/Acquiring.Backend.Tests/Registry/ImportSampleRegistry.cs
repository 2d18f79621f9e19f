using System.Text;
using Acquiring.Core.Registry;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

public class ImportSampleRegistry(TestCluster cluster)
{
    private static readonly Encoding s_gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    [Fact]
    public async Task All_of_it_is_written()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var report = await desk.RunAsync(RegistryDesk.Samples());

        report.Errors.ShouldBeEmpty();
        report.Files.Select(f => (f.File, f.Rows, f.Added)).ShouldBe(
            [(RegistryFile.Branches, 5, 5), (RegistryFile.Merchants, 60, 60), (RegistryFile.Terminals, 90, 90)]);
        desk.Changes.Current.ShouldBe(1);

        var snapshot = await desk.SnapshotAsync();
        snapshot.Merchants.Count.ShouldBe(60);
        snapshot.TryTerminal("10000000", out var terminal).ShouldBeTrue();
        snapshot.MerchantNoOf(terminal!.MerchantIdAt(new DateTime(2000, 1, 1))!.Value).ShouldBe("102360752110001");
        snapshot.TryMerchant("102360759470001", out var merchant).ShouldBeTrue();
        merchant!.Plans.Single().EffectiveFrom.ShouldBe(DateOnly.MinValue);
        merchant.Plans[0].Debit.CapFen.ShouldBe(2_000);
        merchant.Plans[0].Credit.CapFen.ShouldBeNull();
        merchant.Plans[0].Debit.Rate.PerTenMillion.ShouldBe(60_000); // 0.60 %
    }

    [Fact]
    public async Task A_second_time_nothing_changes_in_any_table()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.RunAsync(RegistryDesk.Samples());
        var before = await desk.WholeDatabaseAsync();
        desk.Clock.Advance(TimeSpan.FromDays(3));

        var report = await desk.RunAsync(RegistryDesk.Samples());

        report.Files.ShouldAllBe(f => f.Unchanged == f.Rows);
        (await desk.WholeDatabaseAsync()).ShouldBe(before);
        desk.Changes.Current.ShouldBe(1);
    }

    [Fact]
    public async Task Another_encoding_line_end_or_order_of_columns_gives_the_same()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.RunAsync(RegistryDesk.Samples());
        var before = await desk.WholeDatabaseAsync();

        foreach (var rewrite in new Func<string, byte[]>[]
        {
            text => s_gbk.GetBytes(text),
            text => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            text => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")),
            text => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")),
            text => s_gbk.GetBytes(Reversed(text).TrimEnd()),
        })
        {
            var report = await desk.RunAsync(RegistryDesk.Samples().Select(f => (f.Item1, rewrite(Encoding.UTF8.GetString(f.Item2)))));
            report.Errors.ShouldBeEmpty();
            report.Files.ShouldAllBe(f => f.Unchanged == f.Rows);
        }

        (await desk.WholeDatabaseAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_writes_nothing()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var before = await desk.WholeDatabaseAsync();
        var rehearsed = await desk.RunAsync(RegistryDesk.Samples(), new("tester", DryRun: true));

        (await desk.WholeDatabaseAsync()).ShouldBe(before);
        desk.Changes.Current.ShouldBe(0);
        (await desk.RunAsync(RegistryDesk.Samples())).Files.ShouldBe(rehearsed.Files);
    }

    [Fact]
    public async Task No_account_and_no_credit_code_stands_anywhere_in_the_clear()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.RunAsync(RegistryDesk.Samples());
        var dump = await desk.WholeDatabaseAsync();

        var lines = Encoding.UTF8.GetString(RegistryDesk.Sample("merchants.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        lines.Count.ShouldBe(60);
        foreach (var cells in lines.Select(l => l.Split(',')))
        {
            foreach (var secret in new[] { cells[5], cells[6] })
            {
                dump.ShouldNotContain(secret);
                // Binary columns are hexadecimal in the dump.
                dump.ShouldNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)));
            }
        }

        // And yet it is there.
        await using var command = desk.DataSource.CreateCommand("select settlement_account_sealed from merchant where merchant_no = '102360752110001'");
        desk.Protector.Open((byte[])(await command.ExecuteScalarAsync())!).ShouldBe("1510217421809679290");
    }

    [Fact]
    public async Task In_any_order_and_any_parts_it_is_the_same_registry()
    {
        await using var whole = await RegistryDesk.OpenAsync(cluster);
        await whole.RunAsync(RegistryDesk.Samples());
        var expected = await whole.RegistryAsync();

        for (var seed = 1; seed <= 6; seed++)
        {
            var random = new Random(seed);
            await using var desk = await RegistryDesk.OpenAsync(cluster);
            var parts = RegistryDesk.Samples().Select(f => (f.Item1, Parts(f.Item2, random))).ToList();
            if (seed % 2 == 0)
            {
                // All at once, the files in the wrong order.
                parts = [.. parts.Select(p => (p.Item1, new List<byte[]> { Shuffled(RegistryDesk.Samples().Single(f => f.Item1 == p.Item1).Item2, random) }))];
                parts.Reverse();
                await desk.RunAsync(parts.Select(p => (p.Item1, p.Item2[0])));
            }
            else
            {
                foreach (var (file, pieces) in parts)
                {
                    foreach (var piece in pieces)
                    {
                        (await desk.RunAsync([(file, piece)])).Errors.ShouldBeEmpty($"seed {seed}");
                    }
                }
            }

            (await desk.RegistryAsync()).ShouldBe(expected, $"seed {seed}");
        }
    }

    private static byte[] Shuffled(byte[] file, Random random)
    {
        var lines = Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        random.Shuffle(lines.AsSpan(1));
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>Shuffled rows in up to three parts, each with the header. Branches stay whole and first: their parents are among them.</summary>
    private static List<byte[]> Parts(byte[] file, Random random)
    {
        var lines = Encoding.UTF8.GetString(Shuffled(file, random)).Split('\n');
        var size = lines.Length < 10 ? lines.Length : (lines.Length / 3) + 1;
        return [.. lines.Skip(1).Chunk(size).Select(c => Encoding.UTF8.GetBytes(string.Join('\n', [lines[0], .. c])))];
    }

    private static string Reversed(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => string.Join(',', line.Split(',').Reverse().Select(c => c.Length == 0 ? c : $"\"{c}\""))));
}
