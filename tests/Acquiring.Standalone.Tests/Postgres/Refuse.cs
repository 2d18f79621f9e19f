using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using static Acquiring.Standalone.Tests.Postgres.PrivateServer;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class Refuse(MadeCluster made) : IDisposable
{
    private static readonly PostgresPlaces _nowhere = new([], []);

    private readonly TestDirectory _directory = new();
    private readonly TextCatalog _texts = new(typeof(PrivatePostgres).Assembly);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_binaries_and_no_npm_is_one_message_with_the_cures_in_both_languages()
    {
        var refusal = await RefusedAsync(Options() with { Places = _nowhere });
        refusal.Code.ShouldBe("postgres.no-binaries");
        refusal.Kind.ShouldBe(RefusalKind.Unavailable);
        var english = _texts.Text(refusal, TextCatalog.English);
        english.ShouldContain("install PostgreSQL 15 or newer");
        english.ShouldContain("ACQUIRING_PG_BIN");
        english.ShouldContain("npm");
        english.ShouldContain("connection string");
        var chinese = _texts.Text(refusal, TextCatalog.Chinese);
        chinese.ShouldContain("安装 PostgreSQL 15 或更高版本");
        chinese.ShouldContain("ACQUIRING_PG_BIN");
        Directory.Exists(Path.Combine(_directory["data"], "postgres")).ShouldBeFalse();
    }

    [Fact]
    public void Every_text_exists_in_both_languages_and_has_the_same_placeholders()
    {
        foreach (var code in new[]
        {
            "no-binaries", "too-old", "not-binaries", "other-major", "no-such-user", "unreachable", "data-directory", "not-a-cluster",
            "foreign-cluster", "fetch-failed", "initdb-failed", "did-not-start", "stuck", "not-durable", "fetching", "making", "waiting",
        })
        {
            var english = _texts.Find("postgres." + code, TextCatalog.English).ShouldNotBeNull(code);
            var chinese = _texts.Find("postgres." + code, TextCatalog.Chinese).ShouldNotBeNull(code);
            chinese.ShouldNotBe(english, code);
            Placeholders(chinese).ShouldBe(Placeholders(english), code);
        }
    }

    [Fact]
    public async Task A_folder_on_the_way_that_the_unprivileged_user_cannot_enter_is_named_before_anything_is_made()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root hands the server to another user");
        var closed = Directory.CreateDirectory(_directory["closed"]).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = Path.Combine(closed, "deeper", "data");

        var refusal = await RefusedAsync(Options() with { DataDirectory = data });
        refusal.Code.ShouldBe("postgres.unreachable");
        refusal["folder"].ShouldBe(closed);
        Directory.EnumerateFileSystemEntries(data).ShouldBeEmpty();

        File.SetUnixFileMode(closed, File.GetUnixFileMode(closed) | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(Path.Combine(closed, "deeper"), File.GetUnixFileMode(closed));
        await using var server = await StartAsync(Options() with { DataDirectory = data });
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_data_directory_closed_to_the_unprivileged_user_is_named_itself()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root hands the server to another user");
        Directory.CreateDirectory(_directory["data"]);
        File.SetUnixFileMode(_directory["data"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await RefusedAsync(Options()))["folder"].ShouldBe(_directory["data"]);
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_left_untouched()
    {
        await made.CopyToAsync(_directory["data"]);
        var version = Path.Combine(_directory["data"], "postgres", "PG_VERSION");
        var major = File.ReadAllText(version).Trim();
        var refusal = await RefusedAsync(Options() with { BinariesDirectory = FakeBinaries(_directory["bin"], 99) });
        refusal.Code.ShouldBe("postgres.other-major");
        refusal["major"].ShouldBe(major);
        refusal["found"].ShouldBe($"99 ({_directory["bin"]})");

        await File.WriteAllTextAsync(version, "14\n");
        var searched = await RefusedAsync(Options() with { Places = PostgresPlaces.OfThisMachine() with { Path = [] } });
        searched.Code.ShouldBe("postgres.other-major");
        searched["major"].ShouldBe("14");
    }

    [Fact]
    public async Task A_folder_that_is_no_cluster_is_left_untouched()
    {
        var stranger = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory["data"], "postgres")).FullName, "letter.txt");
        await File.WriteAllTextAsync(stranger, "dear");
        (await RefusedAsync(Options())).Code.ShouldBe("postgres.not-a-cluster");
        (await File.ReadAllTextAsync(stranger)).ShouldBe("dear");
    }

    [Fact]
    public async Task Binaries_named_in_the_setting_must_be_binaries_of_a_new_enough_version()
    {
        (await RefusedAsync(Options() with { BinariesDirectory = _directory["nothing"] })).Code.ShouldBe("postgres.not-binaries");
        (await RefusedAsync(Options() with { BinariesDirectory = FakeBinaries(_directory["old"], 14) })).Code.ShouldBe("postgres.too-old");
    }

    [Fact]
    public async Task An_unprivileged_user_who_does_not_exist_is_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root hands the server to another user");
        var refusal = await RefusedAsync(Options() with { UnprivilegedUser = "no-such-user-here" });
        refusal.Code.ShouldBe("postgres.no-such-user");
        refusal["user"].ShouldBe("no-such-user-here");
        (await RefusedAsync(Options() with { UnprivilegedUser = "root" })).Code.ShouldBe("postgres.no-such-user");
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_named()
    {
        await File.WriteAllTextAsync(_directory["data"], "");
        var refusal = await RefusedAsync(Options());
        refusal.Code.ShouldBe("postgres.data-directory");
        refusal["folder"].ShouldBe(_directory["data"]);
    }

    [Fact]
    public async Task A_server_that_does_not_start_says_its_own_reason()
    {
        await made.CopyToAsync(_directory["data"]);
        var refusal = await RefusedAsync(Options() with
        {
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["shared_buffers"] = "a lot" },
        });
        refusal.Code.ShouldBe("postgres.did-not-start");
        refusal["reason"].ShouldContain("shared_buffers");

        // Nothing of it is left behind that would hinder a start with better settings.
        await using var server = await StartAsync(Options());
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    private PrivatePostgresOptions Options() => PrivatePostgresOptions.FromEnvironment(_directory["data"]);

    private static async Task<Refusal> RefusedAsync(PrivatePostgresOptions options) =>
        (await Should.ThrowAsync<RefusedException>(() => StartAsync(options))).Refusal;

    private static IEnumerable<string> Placeholders(string text) =>
        text.Split('{').Skip(1).Select(t => t[..t.IndexOf('}', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal);
}
