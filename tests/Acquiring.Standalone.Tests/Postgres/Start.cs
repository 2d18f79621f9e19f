using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Npgsql;
using static Acquiring.Standalone.Tests.Postgres.PrivateServer;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class Start(MadeCluster made) : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Makes_a_cluster_once_and_keeps_what_was_written()
    {
        var heard = new List<string>();
        var options = PrivatePostgresOptions.FromEnvironment(_directory["data"]) with { Tell = notice => heard.Add(notice.Code) };
        await using (var first = await StartAsync(options))
        {
            first.Adopted.ShouldBeFalse();
            await AskAsync(first, "create table kept as select 42 as answer");
        }

        await using var second = await StartAsync(options);
        second.Adopted.ShouldBeFalse();
        (await AskAsync(second, "select answer from kept")).ShouldBe(42);
        heard.ShouldBe(["postgres.making"]);
    }

    [Fact]
    public async Task Dispose_stops_the_server_also_under_open_connections()
    {
        await made.CopyToAsync(_directory["data"]);
        var server = await StartAsync(_directory);
        await using var open = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await open.OpenAsync();

        await server.DisposeAsync();
        await server.DisposeAsync();

        File.Exists(PidFile(_directory)).ShouldBeFalse();
        await Should.ThrowAsync<NpgsqlException>(() => AskAsync(server, "select 1"));
    }

    [Fact]
    public async Task Two_data_directories_run_side_by_side()
    {
        await made.CopyToAsync(_directory["data"]);
        using var other = new TestDirectory();
        await made.CopyToAsync(other["data"]);
        var servers = await Task.WhenAll(StartAsync(_directory), StartAsync(other));
        servers[0].ProcessId.ShouldNotBe(servers[1].ProcessId);
        await AskAsync(servers[0], "create table only_here ()");
        (await AskAsync(servers[1], "select to_regclass('only_here')::text")).ShouldBe(DBNull.Value);
        await servers[0].DisposeAsync();
        (await AskAsync(servers[1], "select 1")).ShouldBe(1);
        await servers[1].DisposeAsync();
    }

    [Fact]
    public async Task A_data_directory_with_a_long_strange_name_gets_its_socket_elsewhere()
    {
        var data = _directory[Path.Combine(new string('l', 120), "a 'quoted', \"odd\" 名字")];
        string socket;
        await using (var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(data)))
        {
            (await AskAsync(server, "select 1")).ShouldBe(1);
            socket = new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!;
            socket.ShouldStartWith("/tmp/acquiring-pg-");
            File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Exists(socket).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_sockets_do_not_work_a_loopback_port_asks_for_the_password()
    {
        await made.CopyToAsync(_directory["data"]);
        await using var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(_directory["data"]) with { LoopbackOnly = true });
        (await AskAsync(server, "select 1")).ShouldBe(1);
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        address.Host.ShouldBe("127.0.0.1");
        address.Password = "wrong";
        address.Pooling = false;
        await using var intruder = new NpgsqlConnection(address.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(() => intruder.OpenAsync())).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task Nobody_else_can_enter_and_the_settings_are_durable()
    {
        await made.CopyToAsync(_directory["data"]);
        await using var server = await StartAsync(_directory);
        var cluster = Path.Combine(_directory["data"], "postgres");
        new NpgsqlConnectionStringBuilder(server.ConnectionString).Host.ShouldBe(cluster);
        File.GetUnixFileMode(cluster).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await AskAsync(server, "show listen_addresses")).ShouldBe("");
        (await AskAsync(server, "show timezone")).ShouldBe("UTC");
        (await AskAsync(server, "show server_encoding")).ShouldBe("UTF8");
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await PostgresDurability.AssertAsync(database);
    }

    [Fact]
    public async Task A_missing_data_directory_under_a_link_is_made_and_known_by_either_name()
    {
        Directory.CreateDirectory(_directory["real"]);
        File.CreateSymbolicLink(_directory["link"], _directory["real"]);
        await using var server = await StartAsync(PrivatePostgresOptions.FromEnvironment(Path.Combine(_directory["link"], "data")));
        var again = await StartAsync(PrivatePostgresOptions.FromEnvironment(Path.Combine(_directory["real"], "data")));
        again.Adopted.ShouldBeTrue();
        again.ProcessId.ShouldBe(server.ProcessId);
    }
}
