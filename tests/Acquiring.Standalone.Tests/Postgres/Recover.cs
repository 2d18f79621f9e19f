using System.Diagnostics;
using System.Globalization;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Acquiring.Standalone.Tests.Postgres.PrivateServer;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class Recover(MadeCluster made) : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_that_outlived_its_host_is_adopted()
    {
        await made.CopyToAsync(_directory["data"]);
        var orphan = await StartAsync(_directory);
        await AskAsync(orphan, "create table written ()");

        // The killed host is one that never disposed.
        await using var adopted = await StartAsync(_directory);
        adopted.Adopted.ShouldBeTrue();
        adopted.ProcessId.ShouldBe(orphan.ProcessId);
        (await AskAsync(adopted, "select to_regclass('written')::text")).ShouldBe("written");
    }

    [Fact]
    public async Task The_server_is_in_a_session_of_its_own_so_that_no_signal_to_the_host_reaches_it()
    {
        await made.CopyToAsync(_directory["data"]);
        await using var server = await StartAsync(_directory);
        Session(server.ProcessId).ShouldNotBe(Session(Environment.ProcessId));
    }

    [Fact]
    public async Task A_killed_server_is_started_again_with_all_it_confirmed()
    {
        await made.CopyToAsync(_directory["data"]);
        var killed = await StartAsync(_directory);
        await AskAsync(killed, "create table confirmed ()");
        Kill(killed.ProcessId);
        File.Exists(PidFile(_directory)).ShouldBeTrue();

        await using var server = await StartAsync(_directory);
        server.Adopted.ShouldBeFalse();
        (await AskAsync(server, "select to_regclass('confirmed')::text")).ShouldBe("confirmed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_dies_under_its_host_returns_to_the_same_address_with_all_it_confirmed(bool loopbackOnly)
    {
        await made.CopyToAsync(_directory["data"]);
        await using var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(_directory["data"]) with { LoopbackOnly = loopbackOnly });
        var returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.KeepRunning(returned.SetResult);
        await AskAsync(server, "create table confirmed ()");
        var (address, killed) = (server.ConnectionString, server.ProcessId);
        Kill(killed);

        await returned.Task.WaitAsync(TimeSpan.FromMinutes(1));
        server.ProcessId.ShouldNotBe(killed);
        server.ConnectionString.ShouldBe(address);
        (await AskAsync(server, "select to_regclass('confirmed')::text")).ShouldBe("confirmed");
    }

    [Fact]
    public async Task A_pid_file_that_names_a_stranger_is_stale()
    {
        await made.CopyToAsync(_directory["data"]);
        // As after a power cut: the number belongs to somebody else now, and here even to the server's own user.
        await made.CopyToAsync(_directory["other"]);
        await using var other = await StartAsync(PrivatePostgresOptions.FromEnvironment(_directory["other"]));
        await File.WriteAllTextAsync(
            PidFile(_directory), $"{other.ProcessId}\n{_directory["data"]}/postgres\n1\n5432\n{_directory["data"]}/postgres\n\n0 0\nready\n");

        await using var server = await StartAsync(_directory);
        server.ProcessId.ShouldNotBe(other.ProcessId);
        (await AskAsync(server, "select 1")).ShouldBe(1);
        (await AskAsync(other, "select 1")).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("not a number\n")]
    public async Task A_pid_file_cut_by_a_crash_does_not_stop_the_start(string content)
    {
        await made.CopyToAsync(_directory["data"]);
        await File.WriteAllTextAsync(PidFile(_directory), content);
        await using var server = await StartAsync(_directory);
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_copied_data_directory_is_not_taken_for_its_original()
    {
        await made.CopyToAsync(_directory["data"]);
        await using var original = await StartAsync(_directory);
        Directory.CreateDirectory(_directory["copy"]);
        using (var copy = Process.Start("cp", ["-a", Path.Combine(_directory["data"], "postgres"), _directory["copy"]]))
        {
            await copy.WaitForExitAsync();
        }

        await using var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(_directory["copy"]));
        server.Adopted.ShouldBeFalse();
        server.ProcessId.ShouldNotBe(original.ProcessId);
    }

    [Fact]
    public async Task What_a_killed_initdb_left_is_swept_away_and_made_anew()
    {
        var half = Path.Combine(_directory["data"], "postgres.making-0123");
        Directory.CreateDirectory(Path.Combine(half, "cluster"));
        await File.WriteAllTextAsync(Path.Combine(half, "cluster", "PG_VERSION"), "15\n");

        await using var server = await StartAsync(_directory);
        (await AskAsync(server, "select 1")).ShouldBe(1);
        Directory.Exists(half).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancelled_initdb_leaves_nothing_that_hinders_the_next_start()
    {
        // An initdb that makes half a cluster, says so by a file, and never ends.
        var said = Directory.CreateDirectory(_directory["said"]).FullName;
        File.SetUnixFileMode(said, (UnixFileMode)0b111_111_111);
        var slow = FakeBinaries(_directory["slow"], 15);
        Script(Path.Combine(slow, "initdb"), $"mkdir -p \"$2\"; echo 15 > \"$2/PG_VERSION\"; touch '{said}/half'; exec sleep 1000");
        using var cancel = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(said);
        watcher.Created += (_, _) => cancel.Cancel();
        watcher.EnableRaisingEvents = true;

        var options = PrivatePostgresOptions.FromEnvironment(_directory["data"]) with { BinariesDirectory = slow };
        await Should.ThrowAsync<OperationCanceledException>(() => PrivatePostgres.StartAsync(options, NullLogger.Instance, TimeProvider.System, cancel.Token));
        Directory.EnumerateFileSystemEntries(_directory["data"]).ShouldBeEmpty();

        await using var server = await StartAsync(_directory);
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_just_stopping_is_waited_for()
    {
        await made.CopyToAsync(_directory["data"]);
        var stopping = await StartAsync(_directory);
        var last = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stopping.ConnectionString) { Pooling = false }.ConnectionString);
        await last.OpenAsync();

        // A smart shutdown lasts as long as its last session; that one ends when the next host says that it waits.
        using (Process.Start("kill", ["-TERM", stopping.ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
        }

        await RefusesNewSessionsAsync(stopping);
        var heard = new List<string>();
        await using var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(_directory["data"]) with
        {
            Tell = notice =>
            {
                heard.Add(notice.Code);
                last.Dispose();
            },
        });
        heard.ShouldBe(["postgres.waiting"]);
        server.Adopted.ShouldBeFalse();
        server.ProcessId.ShouldNotBe(stopping.ProcessId);
        (await AskAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_lost_between_initdb_and_its_making_is_made()
    {
        await made.CopyToAsync(_directory["data"]);
        await using (var server = await StartAsync(_directory))
        {
            var admin = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString;
            await using var connection = new NpgsqlConnection(admin);
            await connection.OpenAsync();
            await using var drop = new NpgsqlCommand("drop database acquiring", connection);
            await drop.ExecuteNonQueryAsync();
        }

        await using var again = await StartAsync(_directory);
        (await AskAsync(again, "select current_database()::text")).ShouldBe("acquiring");
    }

    private static async Task RefusesNewSessionsAsync(PrivatePostgres server)
    {
        try
        {
            while (true)
            {
                await AskAsync(server, "select 1");
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
        }
    }

    private static string Session(int processId) =>
        File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")).Split(") ")[^1].Split(' ')[3];

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        process.WaitForExit();
    }
}
