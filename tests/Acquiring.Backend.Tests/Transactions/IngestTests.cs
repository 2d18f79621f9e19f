using System.Text.Json;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Backend.Tests.Transactions;

public sealed class Ingest(TestCluster cluster)
{
    private static readonly string[] SampleNames =
    [
        "clearing_20261114_fen.csv", "clearing_20261115_yuan.csv", "ZM_20261116.txt", "ZM_20261117.txt", "ZM_20261118.txt",
        "ZM_20261119.txt", "ZM_20261120.txt",
    ];

    /// <summary>Larger than what recognition reads ahead, so that a crash meets committed chunks; the second file is ZM of 720 kB.</summary>
    private static readonly SampleSet LargeSet = SampleSet.Generate(new SampleOptions
    {
        Seed = 5, Merchants = 30, Terminals = 50, Dates = 2, SalesPerDate = 1_500, Formats = [SampleFormat.CsvFen, SampleFormat.ZmUtf8],
    });

    [Theory]
    [InlineData(16_384)]
    [InlineData(37)]
    public async Task The_samples_in_date_order_give_what_is_expected_to_the_fen_and_to_the_line(int linesPerChunk)
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, linesPerChunk);
        foreach (var name in SampleNames)
        {
            var report = await bank.TakeAsync(name, ClearingBank.Read(name));
            ClearingBank.Outcome(report).ShouldBe(ExpectedOf(name));
        }

        (await bank.VolumesAsync()).ShouldBe(ExpectedVolumes());
        await bank.BooksShouldBeInOrderAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_samples_in_any_order_each_sent_twice_give_the_same_volumes(int seed)
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, 100);
        var names = SampleNames.Concat(SampleNames).ToArray();
        new Random(seed).Shuffle(names);
        foreach (var name in names)
        {
            await bank.TakeAsync(name, ClearingBank.Read(name));
        }

        (await bank.VolumesAsync()).ShouldBe(ExpectedVolumes());
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_finished_file_again_posts_nothing_and_reports_its_lines_as_duplicates()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        var first = await bank.TakeAsync("ZM_20261116.txt", ClearingBank.Read("ZM_20261116.txt"));
        var again = await bank.TakeAsync("ZM_20261116.txt", ClearingBank.Read("ZM_20261116.txt"));

        again.RepeatOf.ShouldBe(first.FileId);
        (again.Posted, again.Held, again.Malformed, again.Duplicates).ShouldBe((0, 0, 2, first.Lines - 2));
        (again.Gross.AmountFen, again.Fee.AmountFen).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(300_000, 100)]
    [InlineData(500_000, 77)]
    [InlineData(719_000, 500)]
    public async Task A_file_cut_by_a_crash_and_sent_again_reports_as_if_uninterrupted(int cutAtByte, int linesPerChunk)
    {
        var (before, file) = (LargeSet.Files[0], LargeSet.Files[1]);
        await using var bank = await ClearingBank.WithSetAsync(cluster, LargeSet, linesPerChunk);
        await bank.TakeAsync(before.Name, before.Bytes, before.BusinessDate);
        var start = await bank.CountAsync("select count(*) from journal");
        await Should.ThrowAsync<IOException>(() => bank.TryTakeAsync(file.Name, new CutStream(
            file.Bytes, cutAtByte,
            // Whole chunks are written behind the reading: the sender goes when the first of them is there.
            async () => cutAtByte < 300_000 || await bank.CountAsync("select count(*) from journal") > start)));
        var interrupted = await bank.CountAsync("select count(*) from journal");

        await using var whole = await ClearingBank.WithSetAsync(cluster, LargeSet);
        await whole.TakeAsync(before.Name, before.Bytes, before.BusinessDate);
        var expected = ClearingBank.Outcome(await whole.TakeAsync(file.Name, file.Bytes));

        var report = await bank.TakeAsync(file.Name, file.Bytes);
        ClearingBank.Outcome(report).ShouldBe(expected);
        (await bank.VolumesAsync()).ShouldBe(await whole.VolumesAsync());
        (await bank.CountAsync("select count(*) from clearing_file where state = 'reading'")).ShouldBe(0);
        (interrupted > start).ShouldBe(cutAtByte >= 300_000);
        interrupted.ShouldBeLessThan(await bank.CountAsync("select count(*) from journal"));
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_file_cut_at_a_lines_end_is_told_by_its_control_totals_and_finished_by_the_whole_one()
    {
        const string name = "clearing_20261114_fen.csv";
        var bytes = ClearingBank.Read(name);
        var cut = bytes[..(Array.IndexOf(bytes, (byte)'\n', 20_000) + 1)];
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, 64);

        var refused = await bank.TryTakeAsync(name, new MemoryStream(cut), lines: 409, grossFen: 105486917);
        refused.Refusal!.Code.ShouldBe("ingest.control-lines");
        var whole = await bank.TryTakeAsync(name, new MemoryStream(bytes), lines: 409, grossFen: 105486917);

        whole.Value.Resumed.ShouldBeTrue();
        var report = await bank.Reports.FindAsync(whole.Value.FileId, Core.Texts.TextCatalog.English, TestContext.Current.CancellationToken);
        ClearingBank.Outcome(report!).ShouldBe(ExpectedOf(name));
        (await bank.TryTakeAsync(name, new MemoryStream(bytes), grossFen: 105486918)).Refusal!.Code.ShouldBe("ingest.control-gross");
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Another_file_that_shares_the_beginning_of_an_unfinished_one_gets_a_row_of_its_own()
    {
        var file = LargeSet.Files[1];
        await using var bank = await ClearingBank.WithSetAsync(cluster, LargeSet, 50);
        await Should.ThrowAsync<IOException>(() => bank.TryTakeAsync(file.Name, new CutStream(file.Bytes, 600_000)));
        var done = await bank.CountAsync("select count(*) from journal");

        var shorter = file.Bytes[..(Array.IndexOf(file.Bytes, (byte)'\n', 100_000) + 1)];
        var report = await bank.TakeAsync(file.Name, shorter);

        done.ShouldBeGreaterThan(0);
        (report.Posted, report.Held).ShouldBe((0, 0));
        (report.Duplicates + report.Malformed).ShouldBe(report.Lines);
        var whole = await bank.TakeAsync(file.Name, file.Bytes);
        whole.Resumed.ShouldBeTrue();
        whole.Posted.ShouldBeGreaterThan(1_500);
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_file_cut_inside_a_line_is_told_by_its_control_totals_and_finished_by_the_whole_one()
    {
        const string name = "ZM_20261118.txt";
        var bytes = ClearingBank.Read(name);
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, 64);
        (await bank.TryTakeAsync(name, new MemoryStream(bytes[..100_000]), lines: 421)).Refusal!.Code.ShouldBe("ingest.control-lines");

        var whole = await bank.TryTakeAsync(name, new MemoryStream(bytes), lines: 421);
        whole.Value.Resumed.ShouldBeTrue();
        await using var other = await ClearingBank.WithSamplesAsync(cluster);
        var report = await bank.Reports.FindAsync(whole.Value.FileId, Core.Texts.TextCatalog.English, TestContext.Current.CancellationToken);
        ClearingBank.Outcome(report!).ShouldBe(ClearingBank.Outcome(await other.TakeAsync(name, bytes)));

        // The last line may lack its line end and still be whole.
        var open = await bank.TryTakeAsync("open_20261118.txt", new MemoryStream(bytes.AsSpan().TrimEnd("\r\n"u8).ToArray()), lines: 421);
        open.IsRefused.ShouldBeFalse();
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Two_files_that_part_right_after_a_shared_beginning_are_both_taken()
    {
        var lines = System.Text.Encoding.UTF8.GetString(ClearingBank.Read("clearing_20261114_fen.csv")).Split("\r\n");
        string With(string garbage, int to) => string.Join("\r\n", [.. lines[..51], garbage, .. lines[51..to], ""]);
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, 50);
        var x = System.Text.Encoding.UTF8.GetBytes(With("garbage x", 60));
        (await bank.TryTakeAsync("x_20261114.csv", new MemoryStream(x), lines: 99_999)).Refusal!.Code.ShouldBe("ingest.control-lines");

        var y = await bank.TakeAsync("y_20261114.csv", With("garbage y", 70));
        (y.Malformed, y.Posted, y.Duplicates).ShouldBe((1, 10, 59));
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_card_number_under_another_name_is_not_kept()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        const string header =
            "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen\n";
        var report = await bank.TakeAsync(
            "a_20261114.csv",
            header + "102360752110001,10000000,000001,000001,2026-11-14T10:00:00,sale,100,debit,622202******0128,6222021234567890128,,\n"
            + "6222-0212-3456-7890-128,what is this\n");

        (report.Posted, report.Malformed).ShouldBe((0, 2));
        report.MalformedLines.ShouldAllBe(m => !m.Found.Replace("-", "").Contains("1234567"));
        (await bank.TryTakeAsync("6222021234567890128.csv", new MemoryStream(), new DateOnly(2026, 11, 14))).Refusal!.Code.ShouldBe("transactions.card-in-text");
        await bank.BooksShouldBeInOrderAsync();
    }

    [Theory]
    [InlineData(101, false)]
    [InlineData(102, true)]
    public async Task Made_up_banks_agree_with_the_naive_model_in_date_order_and_backwards(int seed, bool odd)
    {
        var set = SampleSet.Generate(new SampleOptions
        {
            Seed = seed, Merchants = 25, Terminals = 40, Dates = 5, SalesPerDate = 150,
            LateSales = odd, OversizedRefunds = odd, SubMerchantNames = odd, FirstStan = odd ? 999_990 : 1,
        });
        var naive = NaiveModel.Of(set, []);
        await using var forward = await ClearingBank.WithSetAsync(cluster, set, 64);
        foreach (var file in set.Files)
        {
            var expected = naive.Take(file.Name, file.Bytes, file.BusinessDate);
            ClearingBank.Outcome(await forward.TakeAsync(file.Name, file.Bytes, file.BusinessDate)).ShouldBe(expected);
        }

        var volumes = naive.Volumes().OrderBy(v => v.MerchantNo, StringComparer.Ordinal).ThenBy(v => v.Date).ToList();
        (await forward.VolumesAsync()).ShouldBe(volumes);
        await forward.BooksShouldBeInOrderAsync();

        await using var backward = await ClearingBank.WithSetAsync(cluster, set, 33);
        foreach (var file in set.Files.Reverse())
        {
            await backward.TakeAsync(file.Name, file.Bytes, file.BusinessDate);
        }

        (await backward.VolumesAsync()).ShouldBe(volumes);
        await backward.BooksShouldBeInOrderAsync();
    }

    internal static FileOutcome ExpectedOf(string name)
    {
        var e = Expected().GetProperty("files").GetProperty(name);
        long N(string field) => e.GetProperty(field).GetInt64();
        return new FileOutcome(
            name, N("posted"), N("duplicates"), N("held"), N("malformed"), N("sales"), N("refunds"), N("reversals"), N("gross_fen"),
            N("refund_fen"), N("fee_fen"), N("fee_differences"));
    }

    internal static IReadOnlyList<MerchantDay> ExpectedVolumes() => Expected().GetProperty("merchant_volumes").EnumerateArray()
        .Select(v => new MerchantDay(
            v.GetProperty("merchant_no").GetString()!, DateOnly.Parse(v.GetProperty("date").GetString()!), v.GetProperty("sales").GetInt64(),
            v.GetProperty("net_fen").GetInt64(), v.GetProperty("fee_fen").GetInt64()))
        .OrderBy(v => v.MerchantNo, StringComparer.Ordinal).ThenBy(v => v.Date)
        .ToList();

    private static JsonElement Expected() => JsonDocument.Parse(ClearingBank.Read("expected.json")).RootElement;
}

/// <summary>A body whose sender dies: the bytes up to a point, then an error.</summary>
internal sealed class CutStream(byte[] bytes, int cutAtByte, Func<Task<bool>>? mayBreak = null) : MemoryStream(bytes, 0, cutAtByte)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 4096)], cancellationToken);
        while (read == 0 && mayBreak is not null && !await mayBreak())
        {
            await Task.Delay(5, cancellationToken);
        }

        return read > 0 ? read : throw new IOException("the sender is gone");
    }
}
