using System.Text;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Interrupted;

/// <summary>A file cut by a crash of whoever sends it, and files that hold each other's lines: as if each line came once.</summary>
public sealed class CutAndOverlappingFilesTests
{
    private static readonly SampleOptions Bank = new()
    {
        Seed = 31, Dates = 1, SalesPerDate = 2500, Anomalies = false, Formats = [SampleFormat.ZmUtf8],
    };

    [Fact]
    public async Task A_cut_file_is_refused_by_its_control_totals_and_the_whole_one_reports_as_if_nothing_had_been()
    {
        var set = SampleSet.Generate(Bank);
        var model = NaiveModel.Of(set, []);
        var file = set.Files[0];
        var expected = model.Take(file.Name, file.Bytes, file.BusinessDate);
        string[] totals = ["--lines", $"{expected.Lines}", "--gross-fen", $"{expected.GrossFen}"];
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);

        // Cut at a line's end, where nothing else could tell.
        var path = site.Write(file.Name, file.Bytes[..(476 * 1700)]);
        (await site.RunAsync(["ingest", path, .. totals])).ShouldBeRefused();
        (await site.CloseAsync(file.BusinessDate)).ShouldBeRefused();

        site.Write(file.Name, file.Bytes);
        (await site.IngestOneAsync([path, .. totals])).ShouldBe(expected);
        (await site.CloseAsync(file.BusinessDate)).ShouldBeDone();
        (await site.VolumesAsync(file.BusinessDate, file.BusinessDate)).ShouldBe(model.Volumes());
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Control_totals_of_another_file_are_refused_and_the_right_ones_are_taken()
    {
        var set = SampleSet.Generate(Bank with { Seed = 32, SalesPerDate = 60 });
        var file = set.Files[0];
        var expected = NaiveModel.Of(set, []).Take(file.Name, file.Bytes, file.BusinessDate);
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);
        var path = Path.Combine(site.Input, file.Name);

        (await site.RunAsync("ingest", path, "--lines", $"{expected.Lines}", "--gross-fen", $"{expected.GrossFen + 1}")).ShouldBeRefused();
        (await site.RunAsync("ingest", path, "--lines", $"{expected.Lines - 1}", "--gross-fen", $"{expected.GrossFen}")).ShouldBeRefused();
        (await site.IngestOneAsync(path, "--lines", $"{expected.Lines}", "--gross-fen", $"{expected.GrossFen}")).ShouldBe(expected);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task Overlapping_parts_of_a_file_sum_to_the_whole_in_either_order()
    {
        var set = SampleSet.Generate(Bank with { Seed = 33, SalesPerDate = 900, Formats = [SampleFormat.CsvFen] });
        var model = NaiveModel.Of(set);
        var lines = Encoding.UTF8.GetString(set.Files[0].Bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var body = lines[1..];
        byte[] Part(int from, int to) => Encoding.UTF8.GetBytes(string.Join("\r\n", body[from..to].Prepend(lines[0])) + "\r\n");

        foreach (var headFirst in new[] { true, false })
        {
            await using var site = new Site();
            await using var serving = await site.ServeAsync();
            await site.ImportAsync(set);
            var head = site.Write("head_20261114.csv", Part(0, 600));
            var tail = site.Write("tail_20261114.csv", Part(400, body.Length));

            var parts = await site.IngestAsync(headFirst ? [head, tail] : [tail, head]);
            var whole = await site.IngestOneAsync(Path.Combine(site.Input, set.Files[0].Name));

            parts.Sum(part => part.Duplicates).ShouldBe(200);
            parts.Sum(part => part.GrossFen - part.RefundFen).ShouldBe(model.Volumes().Sum(day => day.NetFen));
            whole.Posted.ShouldBe(0);
            whole.Duplicates.ShouldBe(body.Length);
            (await site.VolumesAsync(set.LastDate, set.LastDate)).ShouldBe(model.Volumes());
            await site.BooksShouldBeTrueAsync();
        }
    }
}
