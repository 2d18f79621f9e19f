using System.Text;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.BadInput;

/// <summary>What no file should hold: a clear word about the place, and nothing lost.</summary>
public sealed class BadFilesTests
{
    private const string FenHeader = "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,"
                                     + "reference_no,original_reference_no,declared_fee_fen";

    private static readonly FileOutcome First = BankSamples.Files[0];

    [Fact]
    public async Task Files_that_are_no_clearing_files_are_refused_and_the_right_file_is_still_taken()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);
        var good = File.ReadAllBytes(BankSamples.PathOf(First.File));
        var binary = new byte[300_000];
        new Random(61).NextBytes(binary);
        (string Name, byte[] Bytes)[] bad =
        [
            ("empty_20261114.csv", []),
            ("binary_20261114.txt", binary),
            ("zeros_20261114.txt", new byte[100_000]),
            ("utf16_20261114.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(good))]),
            ("dialect_20261114.csv", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good).Replace("amount_fen", "amount_cents", StringComparison.Ordinal))),
            ("columns_20261114.csv", Encoding.UTF8.GetBytes("商户号,终端号,金额\r\n102360752110001,10000000,1\r\n")),
            ("headless_20261114.csv", good[(FenHeader.Length + 2)..]),
            ("registry_20261114.csv", File.ReadAllBytes(BankSamples.PathOf("merchants.csv"))),
        ];
        var paths = bad.Select(file => site.Write(file.Name, file.Bytes)).ToList();
        paths.Add(site.Write("nodate.csv", good));
        paths.Add(site.Write("clearing_20261399_fen.csv", good));
        paths.Add(Path.Combine(site.Input, "absent_20261114.csv"));
        paths.Add(site.Input);

        // One command, so a bad file keeps none of the others from its own verdict; the good one among them is taken.
        var answer = (await site.RunAsync(["ingest", .. paths, BankSamples.PathOf(First.File)])).ShouldBeRefused();

        var verdicts = answer.Json.EnumerateArray().ToList();
        verdicts.Count.ShouldBe(paths.Count + 1);
        for (var i = 0; i < paths.Count; i++)
        {
            verdicts[i].GetProperty("file").GetString().ShouldBe(Path.GetFileName(paths[i]));
            verdicts[i].GetProperty("error").GetProperty("code").GetString().ShouldNotBeNullOrEmpty();
            verdicts[i].GetProperty("error").GetProperty("text").GetString()!.Length.ShouldBeGreaterThan(20);
            answer.Error.ShouldContain(Path.GetFileName(paths[i]));
        }

        Site.Outcome(verdicts[^1]).ShouldBe(First);
        (await site.RunAsync("ingest", paths[0])).ShouldBeRefused();
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Lines_that_cannot_be_are_reported_by_number_and_field_and_their_neighbours_are_posted()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(BankSamples.Directory);
        static string Line(int stan, string at = "2026-11-14T10:00:00+08:00", string amount = "1000", string kind = "sale", string card = "debit",
            string fee = "6", string merchant = "102360755110006") =>
            $"{merchant},10000059,000001,{stan:D6},{at},{kind},{amount},{card},622202******3999,26111410000059{stan:D6},,{fee}";
        string[] lines =
        [
            FenHeader,
            Line(1),
            Line(2, amount: "-5"),
            Line(3, amount: "99999999999999999999"),
            Line(4, amount: "9223372036854775808"),
            Line(5, amount: "12.34"),
            Line(6, amount: "0x10"),
            Line(7, amount: ""),
            Line(8, at: "2026-13-14T10:00:00+08:00"),
            Line(9, at: "2026-11-14T25:00:00+08:00"),
            Line(10, at: "0000-00-00T00:00:00+08:00"),
            Line(11, at: "yesterday"),
            Line(12, kind: "gift"),
            Line(13, card: "cheque"),
            Line(14, merchant: "10236075511000"),
            Line(15, fee: "six"),
            Line(16) + ",one,too,many",
            Line(17),
            "\"" + Line(18),
        ];

        var answer = (await site.RunAsync("ingest", site.Write("odd_20261114.csv", Encoding.UTF8.GetBytes(string.Join("\r\n", lines))))).ShouldBeDone();

        var outcome = Site.Outcome(answer.Json[0]);
        outcome.Posted.ShouldBe(2, answer.ToString());
        outcome.GrossFen.ShouldBe(2000);
        outcome.Malformed.ShouldBe(16);
        var malformed = answer.Json[0].GetProperty("malformedLines").EnumerateArray().ToList();
        malformed.Select(line => line.GetProperty("line").GetInt64()).ShouldBe([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19]);
        malformed[0].GetProperty("field").GetString().ShouldBe("amount_fen");
        malformed[6].GetProperty("field").GetString().ShouldBe("transacted_at");
        malformed.ShouldAllBe(line => line.GetProperty("text").GetString()!.Length > 3);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_line_without_an_end_is_read_in_bounded_memory()
    {
        var path = "";
        await using var site = new Site();
        await site.ImportAsync(BankSamples.Directory);
        path = Path.Combine(site.Input, "endless_20261114.csv");
        await using (var file = File.Create(path))
        {
            file.Write(Encoding.UTF8.GetBytes(FenHeader + "\r\n102360755110006,1000"));
            // The rest reads as zeros; a sparse file takes no room.
            file.SetLength((AcquiringProgram.InFull ? 2048L : 64L) * 1024 * 1024);
        }

        var memory = new ResidentMemory();
        var answer = await AcquiringProgram.RunAsync(site.For("ingest", path), memory.Watch, TimeSpan.FromMinutes(AcquiringProgram.InFull ? 10 : 3));
        if (answer.ExitCode == 0)
        {
            var outcome = Site.Outcome(answer.Json[0]);
            outcome.Malformed.ShouldBe(1);
            outcome.Posted.ShouldBe(0);
        }
        else
        {
            answer.ShouldBeRefused().ToString().ShouldContain("endless_20261114.csv");
        }

        memory.PeakBytes.ShouldBeLessThan(400L * 1024 * 1024);
        (await site.IngestOneAsync(BankSamples.PathOf(First.File))).ShouldBe(First);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_refusal_speaks_english_or_chinese_and_keeps_its_code()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        var empty = site.Write("empty_20261114.csv", []);

        var english = (await site.RunAsync("ingest", empty, "--lang", "en")).ShouldBeRefused();
        var chinese = (await site.RunAsync("ingest", empty, "--lang", "zh-CN")).ShouldBeRefused();

        (english.Output + english.Error).Any(IsChinese).ShouldBeFalse(english.ToString());
        (chinese.Output + chinese.Error).Any(IsChinese).ShouldBeTrue(chinese.ToString());
    }

    [Fact]
    public async Task A_bad_registry_is_refused_by_row_and_column_and_nothing_of_it_is_written()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        var merchants = Encoding.UTF8.GetString(File.ReadAllBytes(BankSamples.PathOf("merchants.csv")));
        var rows = merchants.Split("\r\n");
        rows[5] = rows[5].Replace(",0.60,", ",0.60%,", StringComparison.Ordinal);
        var bad = site.Write("merchants_bad.csv", Encoding.UTF8.GetBytes(string.Join("\r\n", rows)));

        var answer = (await site.RunAsync("import", "--branches", BankSamples.PathOf("branches.csv"), "--merchants", bad,
            "--terminals", BankSamples.PathOf("terminals.csv"))).ShouldBeRefused();

        answer.ToString().ShouldContain("debit_rate_percent");
        (await site.IngestOneAsync(BankSamples.PathOf(First.File))).Held.ShouldBe(409);
        await site.BooksShouldBeTrueAsync();
    }

    private static bool IsChinese(char c) => c is >= '一' and <= '鿿';
}
