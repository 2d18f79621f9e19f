using System.Text;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

public class ImportRefusesUnreadableFiles(TestCluster cluster)
{
    private static readonly TextCatalog s_texts = new(typeof(RegistryImport).Assembly);

    [Fact]
    public async Task Each_says_what_it_is()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        (await Refused([])).Code.ShouldBe("registry.file-empty");
        (await Refused("\n\n  \n"u8.ToArray())).Code.ShouldBe("registry.file-empty");
        (await Refused([0xEF, 0xBB, 0xBF])).Code.ShouldBe("registry.file-empty");
        (await Refused([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(RegistryDesk.GoodBranches)])).Code.ShouldBe("registry.file-utf16");
        (await Refused(Encoding.BigEndianUnicode.GetBytes(RegistryDesk.GoodBranches))).Code.ShouldBe("registry.file-utf16");
        (await Refused("PK\u0003\u0004 some archive\0"u8.ToArray())).Code.ShouldBe("registry.file-no-text");
        (await Refused(Encoding.UTF8.GetBytes(RegistryDesk.BranchHead + "B9," + new string('x', 3 << 20)))).Code.ShouldBe("registry.row-too-long");
        (await Refused(Encoding.UTF8.GetBytes(new string('x', 3 << 20)))).Code.ShouldBe("registry.row-too-long");

        async Task<Refusal> Refused(byte[] file)
        {
            var refusal = (await desk.TryAsync([(RegistryFile.Branches, file)])).Refusal.ShouldNotBeNull();
            s_texts.Text(refusal, TextCatalog.English).ShouldContain("branches");
            s_texts.Text(refusal, TextCatalog.Chinese).ShouldContain("branches");
            return refusal;
        }
    }

    [Fact]
    public async Task A_header_that_does_not_fit_names_all_its_columns()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var refusal = (await desk.TryAsync(RegistryDesk.Files("branch_code,Name,parent,name\n"))).Refusal.ShouldNotBeNull();

        (refusal.Code, refusal["missing"], refusal["unknown"], refusal["repeated"]).ShouldBe(
            ("registry.columns", "parent_branch_code", "parent", "name"));
        (await desk.TryAsync(RegistryDesk.Files("branch_code;name;parent_branch_code\n"))).Refusal!["missing"]
            .ShouldBe("branch_code, name, parent_branch_code");
    }

    [Fact]
    public async Task Bytes_that_fit_no_encoding_are_a_fault_of_their_cell()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        byte[] utf8 = [.. Encoding.UTF8.GetBytes(RegistryDesk.BranchHead + "B0,总行,\nB1,"), 0xFF, .. Encoding.UTF8.GetBytes("支行,\nB2,二支行,\n")];
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        byte[] broken = [.. gbk.GetBytes(RegistryDesk.BranchHead + "B0,总行,\nB1,支"), 0xB0, .. gbk.GetBytes(",\nB2,二支行,\n")];

        foreach (var file in new[] { utf8, broken })
        {
            var error = (await desk.RunAsync([(RegistryFile.Branches, file)])).Errors.ShouldHaveSingleItem();
            (error.Row, error.Column, error.Code).ShouldBe((3, "name", "registry.cell.not-text"));
        }
    }

    [Fact]
    public async Task Chinese_far_behind_the_first_window_is_still_judged()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        var ascii = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"A{i},a plain name of some length,\n")); // 2 MB
        var report = await desk.RunAsync([(RegistryFile.Branches, gbk.GetBytes(RegistryDesk.BranchHead + ascii + "B0,总行,\n"))]);

        report.Errors.ShouldBeEmpty();
        (await desk.RowsAsync("select name from branch where branch_code = 'B0'")).ShouldBe(["总行"]);
    }

    [Fact]
    public async Task A_file_twice_no_file_and_a_far_date_are_refused()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        (await desk.TryAsync([])).Refusal!.Code.ShouldBe("registry.no-files");
        (await desk.TryAsync([.. RegistryDesk.Files(RegistryDesk.GoodBranches), .. RegistryDesk.Files(RegistryDesk.GoodBranches)]))
            .Refusal!.Code.ShouldBe("registry.file-twice");
        (await desk.TryAsync(RegistryDesk.Files(RegistryDesk.GoodBranches), new("tester", EffectiveOn: new(1999, 12, 31))))
            .Refusal!.Code.ShouldBe("registry.effective-on-range");
    }
}
