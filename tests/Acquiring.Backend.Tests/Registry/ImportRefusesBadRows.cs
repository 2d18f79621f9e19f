using System.Text;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Registry;
using Acquiring.Core.Texts;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

public class ImportRefusesBadRows(TestCluster cluster, ImportRefusesBadRows.GoodDesk shared) : IClassFixture<ImportRefusesBadRows.GoodDesk>
{
    private const string M = "102360000000009,商户,5411,B1,,91360700MA65RGFLKK,1510217421809679290,0.38,,0.60,2000";
    private const string T = "10000009,102360000000001,N9,N86,2024-01-02,2026-07-31,false,九号";

    private static readonly TextCatalog s_texts = new(typeof(RegistryImport).Assembly);

    public static TheoryData<RegistryFile, string, string, string> BadRows => new()
    {
        { RegistryFile.Branches, "B-9,x,", "branch_code", "registry.cell.branch-code" },
        { RegistryFile.Branches, "B9,,", "name", "registry.cell.required" },
        { RegistryFile.Branches, "B9,x,B8", "parent_branch_code", "registry.branch-unknown" },
        { RegistryFile.Branches, "B9,x,B9", "parent_branch_code", "registry.branch-cycle" },
        { RegistryFile.Branches, "B0,x,B1", "parent_branch_code", "registry.branch-cycle" }, // B1 is below B0 already
        { RegistryFile.Branches, "B9,x,,", "row", "registry.row.cells" },
        { RegistryFile.Branches, "B9,\"x,B0", "row", "registry.row.quotes" },
        { RegistryFile.Branches, "B9,\"x\"y,B0", "row", "registry.row.quotes" },
        { RegistryFile.Merchants, M.Replace("102360000000009", "10236000000000", StringComparison.Ordinal), "merchant_no", "registry.cell.merchant-no" },
        { RegistryFile.Merchants, M.Replace("商户", "", StringComparison.Ordinal), "name", "registry.cell.required" },
        { RegistryFile.Merchants, M.Replace("商户", "卡6222021234567894", StringComparison.Ordinal), "name", "registry.cell.card-number" },
        { RegistryFile.Merchants, M.Replace("商户", new string('长', 201), StringComparison.Ordinal), "name", "registry.cell.too-long" },
        { RegistryFile.Merchants, M.Replace("商户", "a\tb", StringComparison.Ordinal), "name", "registry.cell.control-character" },
        { RegistryFile.Merchants, M.Replace("商户", "a\uFFFD", StringComparison.Ordinal), "name", "registry.cell.not-text" },
        { RegistryFile.Merchants, M.Replace("5411", "54l1", StringComparison.Ordinal), "mcc", "registry.cell.mcc" },
        { RegistryFile.Merchants, M.Replace("B1", "B7", StringComparison.Ordinal), "branch_code", "registry.branch-unknown" },
        { RegistryFile.Merchants, M.Replace("KK,", "K,", StringComparison.Ordinal), "unified_social_credit_code", "registry.cell.credit-code" },
        { RegistryFile.Merchants, M.Replace("1510217421809679290", "1510217", StringComparison.Ordinal), "settlement_account", "registry.cell.account" },
        { RegistryFile.Merchants, M.Replace("0.38", "0.000001", StringComparison.Ordinal), "debit_rate_percent", "registry.cell.rate" },
        { RegistryFile.Merchants, M.Replace("0.60", "0.6%", StringComparison.Ordinal), "credit_rate_percent", "registry.cell.rate" },
        { RegistryFile.Merchants, M.Replace("2000", "-1", StringComparison.Ordinal), "credit_cap_fen", "registry.cell.cap" },
        { RegistryFile.Merchants, M.Replace("0.38,,", "0.38,20.00,", StringComparison.Ordinal), "debit_cap_fen", "registry.cell.cap" },
        { RegistryFile.Terminals, T.Replace("10000009", "1000009", StringComparison.Ordinal), "terminal_no", "registry.cell.terminal-no" },
        { RegistryFile.Terminals, T.Replace("102360000000001", "102360000000007", StringComparison.Ordinal), "merchant_no", "registry.merchant-unknown" },
        { RegistryFile.Terminals, T.Replace("N9", "N 9", StringComparison.Ordinal), "serial_no", "registry.cell.serial-no" },
        { RegistryFile.Terminals, T.Replace("N9", "N1", StringComparison.Ordinal), "serial_no", "registry.serial-taken" },
        { RegistryFile.Terminals, T.Replace("N86", "", StringComparison.Ordinal), "model", "registry.cell.required" },
        { RegistryFile.Terminals, T.Replace("2024-01-02", "2024-02-30", StringComparison.Ordinal), "installed_on", "registry.cell.date" },
        { RegistryFile.Terminals, T.Replace("2024-01-02", "1989-12-31", StringComparison.Ordinal), "installed_on", "registry.cell.date" },
        { RegistryFile.Terminals, T.Replace("2024-01-02", "", StringComparison.Ordinal), "installed_on", "registry.cell.required" },
        { RegistryFile.Terminals, T.Replace("2026-07-31", "2026/07/31", StringComparison.Ordinal), "last_transaction_on", "registry.cell.date" },
        { RegistryFile.Terminals, T.Replace("false", "no", StringComparison.Ordinal), "spare", "registry.cell.flag" },
        { RegistryFile.Terminals, T.Replace("九号", "4111 1111 1111 1111", StringComparison.Ordinal), "installation_address", "registry.cell.card-number" },
    };

    [Theory]
    [MemberData(nameof(BadRows))]
    public async Task Each_names_its_row_and_column_in_both_languages(RegistryFile file, string row, string column, string code)
    {
        var desk = shared.Desk;
        var before = await desk.WholeDatabaseAsync();
        var (head, good) = file switch
        {
            RegistryFile.Branches => (RegistryDesk.BranchHead, "B8x,good,B0"),
            RegistryFile.Merchants => (RegistryDesk.MerchantHead, M.Replace("0009,", "0008,", StringComparison.Ordinal)),
            _ => (RegistryDesk.TerminalHead, "10000008,102360000000001,N8,N86,2024-01-02,,false,八号"),
        };

        var report = await desk.RunAsync([(file, Encoding.UTF8.GetBytes($"{head}{good}\n\n{row}\n"))]);

        // The header is line 1, the good row 2, an empty line 3.
        report.Outcome.ShouldBe(RegistryImportOutcome.Refused);
        report.RowsBad.ShouldBe(1);
        var error = report.Errors.ShouldHaveSingleItem();
        (error.File, error.Row, error.Column, error.Code).ShouldBe((file, 4, column, code));
        error.Found.ShouldNotContain("15102");
        error.Found.ShouldNotContain("622202");
        (await desk.WholeDatabaseAsync()).ShouldBe(before);
        foreach (var language in new[] { TextCatalog.English, TextCatalog.Chinese })
        {
            var text = RegistryImportAnswer.Of(report, s_texts, language).Errors[0].Text;
            text.ShouldNotContain(code);
            text.ShouldNotContain("{");
        }
    }

    [Fact]
    public async Task One_reading_finds_all_faults_of_all_rows()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var report = await desk.RunAsync(RegistryDesk.Files(
            RegistryDesk.GoodBranches,
            RegistryDesk.MerchantHead + "x,,5,,,,,,,,\n" + M + "\n",
            RegistryDesk.TerminalHead + T + "\n"));

        report.Errors.Select(e => (e.Row, e.Column)).ShouldBe(
        [
            (2, "merchant_no"), (2, "name"), (2, "mcc"), (2, "branch_code"), (2, "unified_social_credit_code"), (2, "settlement_account"),
            (2, "debit_rate_percent"), (2, "credit_rate_percent"), (2, "merchant_no"),
        ], ignoreOrder: true);
        report.Files.Select(f => f.Bad).ShouldBe([0, 1, 1]);
    }

    [Fact]
    public async Task Of_two_rows_with_one_number_both_are_bad()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var report = await desk.RunAsync(RegistryDesk.Files(
            RegistryDesk.BranchHead + "B0,总行,\nB0,分行,\n",
            RegistryDesk.MerchantHead + $"{M.Replace("B1", "B0", StringComparison.Ordinal)}\n{M.Replace("B1", "B0", StringComparison.Ordinal)}\n",
            RegistryDesk.TerminalHead + $"{T}\n{T.Replace("N9", "N8", StringComparison.Ordinal)}\n"));

        report.Errors.Where(e => e.Code == "registry.row.repeated").Select(e => (e.File, e.Row, e.Details[0].Value)).ShouldBe(
        [
            (RegistryFile.Branches, 2, "3"), (RegistryFile.Branches, 3, "2"), (RegistryFile.Merchants, 2, "3"), (RegistryFile.Merchants, 3, "2"),
            (RegistryFile.Terminals, 2, "3"), (RegistryFile.Terminals, 3, "2"),
        ]);
    }

    [Fact]
    public async Task Only_the_good_rows_are_written_when_asked_and_what_needs_a_bad_row_is_bad_too()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var report = await desk.RunAsync(
            RegistryDesk.Files(
                RegistryDesk.GoodBranches + "B2,,B0\nB3,三支行,B2\n",
                RegistryDesk.GoodMerchants
                    + M.Replace("B1", "B3", StringComparison.Ordinal) + "\n"
                    + M.Replace("0009,", "0008,", StringComparison.Ordinal).Replace("5411", "x", StringComparison.Ordinal) + "\n",
                RegistryDesk.GoodTerminals
                    + "10000008,102360000000008,N8,N86,2024-01-02,,false,八号\n10000009,102360000000009,N9,N86,2024-01-02,,false,九号\n"),
            new("tester", GoodRowsOnly: true));

        report.Outcome.ShouldBe(RegistryImportOutcome.Applied);
        report.Files.Select(f => (f.Added, f.Bad)).ShouldBe([(2, 2), (2, 2), (2, 2)]);
        report.Errors.Select(e => (e.File, e.Row, e.Code)).ShouldBe(
        [
            (RegistryFile.Branches, 4, "registry.cell.required"), (RegistryFile.Branches, 5, "registry.depends-on-bad-row"),
            (RegistryFile.Merchants, 4, "registry.depends-on-bad-row"), (RegistryFile.Merchants, 5, "registry.cell.mcc"),
            (RegistryFile.Terminals, 4, "registry.depends-on-bad-row"), (RegistryFile.Terminals, 5, "registry.depends-on-bad-row"),
        ]);
        (await desk.SnapshotAsync()).Terminals.Select(t => t.TerminalNo).ShouldBe(["10000001", "10000002"], ignoreOrder: true);
    }

    [Fact]
    public async Task More_errors_than_are_listed_are_counted()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        var rows = string.Concat(Enumerable.Range(0, RegistryImport.ErrorsListedMax + 5).Select(i => $"C{i},,\n"));
        var report = await desk.RunAsync(RegistryDesk.Files(RegistryDesk.BranchHead + rows));

        report.Errors.Count.ShouldBe(1_000);
        report.ErrorsNotListed.ShouldBe(5);
        report.RowsBad.ShouldBe(1_005);
    }

    /// <summary>The good rows, imported once: what is refused leaves nothing behind, so all the refusals share them.</summary>
    public sealed class GoodDesk(TestCluster cluster) : IAsyncLifetime
    {
        private RegistryDesk? _desk;

        public RegistryDesk Desk => _desk!;

        public async ValueTask InitializeAsync()
        {
            _desk = await RegistryDesk.OpenAsync(cluster);
            await _desk.GoodAsync();
        }

        public ValueTask DisposeAsync() => Desk.DisposeAsync();
    }
}
