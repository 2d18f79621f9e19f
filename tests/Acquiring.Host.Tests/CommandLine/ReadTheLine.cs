namespace Acquiring.Host.Tests.CommandLine;

public sealed class ReadTheLine
{
    private readonly TestShell _shell = new();

    [Theory]
    [InlineData("bogus")]
    [InlineData("ingest")]
    [InlineData("ingest a.csv --date 2026-13-01")]
    [InlineData("ingest a.csv --lines many")]
    [InlineData("ingest a.csv b.csv --lines 3")]
    [InlineData("ingest a.csv b.csv --gross-fen 3")]
    [InlineData("close-day")]
    [InlineData("close-day 20261120")]
    [InlineData("volumes")]
    [InlineData("volumes --from 2026-11-20 --to 2026-11-19")]
    [InlineData("import")]
    [InlineData("import --dry-run")]
    [InlineData("held resolve 1 --note x")]
    [InlineData("held resolve 1 --note x --dismiss --correct --terminal-no 10000001")]
    [InlineData("held resolve 1 --note x --correct")]
    [InlineData("held resolve 1 --dismiss")]
    [InlineData("held resolve one --dismiss --note x")]
    [InlineData("idle --on yesterday")]
    [InlineData("withdraw")]
    [InlineData("idle --lang fr")]
    [InlineData("verify-books now")]
    public async Task A_wrong_line_ends_with_2_and_points_to_the_help(string line)
    {
        (await _shell.RunAsync(line.Split(' '))).ShouldBe(2);
        _shell.Out.ShouldBeEmpty();
        _shell.Error.ShouldContain(" --help");
    }

    [Theory]
    [InlineData("held --state bogus", "held, posted, dismissed, withdrawn")]
    [InlineData("held list --reason bogus", "unknown-merchant, unknown-terminal, bound-to-another, no-fee-plan, sale-unknown, exceeds-sale, amount-differs")]
    [InlineData("version --lang fr", "zh or en")]
    public async Task A_word_that_is_none_of_a_few_is_answered_with_the_few(string line, string words)
    {
        (await _shell.RunAsync(line.Split(' '))).ShouldBe(2);
        _shell.Error.ShouldContain(words);
    }

    [Fact]
    public async Task With_json_a_wrong_line_is_one_problem_document_too()
    {
        (await _shell.RunAsync("ingest", "a.csv", "b.csv", "--lines", "3", "--json")).ShouldBe(2);
        ((string)_shell.Json["code"]!).ShouldBe("usage.wrong");
        ((string)_shell.Json["details"]!["help"]!).ShouldBe("acquiring ingest --help");
    }

    [Theory]
    [InlineData("version --json --data /nowhere")]
    [InlineData("--version --json")]
    [InlineData("version --json --lang zh_CN.UTF-8")]
    [InlineData("--json version --data /nowhere")]
    [InlineData("--data /nowhere --json version")]
    public async Task Global_options_stand_anywhere(string line)
    {
        (await _shell.RunAsync(line.Split(' '))).ShouldBe(0);
        ((string)_shell.Json["program"]!).ShouldBe("acquiring");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:1", "host.url-unreadable")]
    [InlineData("127.0.0.1:5080", "host.url-unreadable")]
    [InlineData("http://127.0.0.1:99999", "host.url-unreadable")]
    [InlineData("http://0.0.0.0:5080", "host.not-loopback")]
    [InlineData("http://*:5080", "host.not-loopback")]
    [InlineData("http://10.1.2.3:5080", "host.not-loopback")]
    public async Task An_address_that_others_reach_is_refused_before_anything_starts(string url, string code)
    {
        (await _shell.RunAsync("serve", "--urls", url, "--json", "--data", "/nowhere/at/all")).ShouldBe(1);
        ((string)_shell.Json["code"]!).ShouldBe(code);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_refused_by_name()
    {
        var file = Path.GetTempFileName();
        try
        {
            (await _shell.RunAsync("idle", "--data", Path.Combine(file, "x"), "--json")).ShouldBe(1);
            ((string)_shell.Json["code"]!).ShouldBe("host.data-directory-unusable");
            _shell.Error.ShouldContain(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
