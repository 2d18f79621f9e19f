namespace Acquiring.Host.Tests.CommandLine;

public sealed class AskForHelp
{
    public static TheoryData<string> Verbs =>
    [
        "", "serve", "import", "ingest", "held", "held list", "held resolve", "held repost", "withdraw", "close-day", "idle", "volumes",
        "quote", "reprice",
        "verify-books", "jobs", "version",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_an_example_in_both_languages(string verb)
    {
        var english = await HelpAsync(verb, "en");
        english.ShouldContain("Example:");
        english.ShouldContain($"  acquiring {verb}".TrimEnd());
        english.ShouldNotContain("help.", customMessage: "a key without a text");
        english.ShouldContain("--data DIR");

        var chinese = await HelpAsync(verb, "zh-CN");
        chinese.ShouldContain("示例：");
        chinese.ShouldNotContain("help.");
        chinese.ShouldNotContain("Show ");
    }

    [Theory]
    [InlineData("ACQUIRING_LANG", "zh-CN", "用法：")]
    [InlineData("LC_ALL", "zh_CN.UTF-8", "用法：")]
    [InlineData("LC_MESSAGES", "zh_CN.UTF-8", "用法：")]
    [InlineData("LANG", "zh_CN.UTF-8", "用法：")]
    [InlineData("LANG", "en_US.UTF-8", "Usage:")]
    [InlineData("LANG", "C", "Usage:")]
    public async Task The_language_follows_the_surroundings(string variable, string value, string expected)
    {
        var shell = new TestShell { [variable] = value };
        await shell.RunAsync("--help");
        shell.Out.ShouldContain(expected);
    }

    [Fact]
    public async Task The_option_wins_over_the_surroundings()
    {
        var shell = new TestShell { ["ACQUIRING_LANG"] = "zh-CN", ["LANG"] = "zh_CN.UTF-8" };
        await shell.RunAsync("ingest", "--help", "--lang=en");
        shell.Out.ShouldContain("Usage:");
    }

    [Fact]
    public async Task A_wrong_line_is_explained_in_chinese()
    {
        var shell = new TestShell();
        (await shell.RunAsync("close-day", "tomorrow", "--lang", "zh-CN")).ShouldBe(2);
        shell.Error.ShouldContain("“tomorrow”不是日期");
        shell.Error.ShouldContain("用法见：acquiring close-day --help");
    }

    [Theory]
    [InlineData("bogus", "此处不认识“bogus”。")]
    [InlineData("ingest", "缺少 FILE。")]
    [InlineData("idle --on", "--on 后面须给出取值。")]
    [InlineData("volumes", "必须给出 --from。")]
    public async Task The_parsers_own_complaints_are_translated_too(string line, string expected)
    {
        var shell = new TestShell { ["ACQUIRING_LANG"] = "zh-CN" };
        (await shell.RunAsync(line.Split(' '))).ShouldBe(2);
        shell.Error.ShouldContain(expected);
    }

    private static async Task<string> HelpAsync(string verb, string language)
    {
        var shell = new TestShell();
        string[] args = [.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help", "--lang", language];
        (await shell.RunAsync(args)).ShouldBe(0);
        return shell.Out;
    }

    [Fact]
    public async Task With_json_help_is_one_document_too()
    {
        var shell = new TestShell();
        (await shell.RunAsync("held", "resolve", "--help", "--json")).ShouldBe(0);
        ((string)shell.Json["help"]!).ShouldContain("acquiring held resolve ID");
    }
}
