using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Host.Hosting;
using Acquiring.Testing;

namespace Acquiring.Host.Tests.Hosting;

public sealed class BesideARunningHost(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await cluster.NewDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_verb_alone_is_the_host_for_as_long_as_it_runs()
    {
        var shell = new TestShell();
        (await RunAsync(shell, "idle", "--on", "2026-11-20", "--json")).ShouldBe(0, shell.Error);
        shell.Json.AsArray().ShouldBeEmpty();
        File.Exists(Data.SocketPath).ShouldBeFalse();
        File.Exists(Data.HolderPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_verb_beside_a_server_is_its_client()
    {
        await using var server = await ServeAsync();
        var holder = Holder.Read(Data)!;
        var shell = new TestShell();
        (await RunAsync(shell, "idle", "--on", "2026-11-20", "--json")).ShouldBe(0, shell.Error);
        Holder.Read(Data).ShouldBeEquivalentTo(holder); // nobody else took the directory
        (await server.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_socket_left_by_a_killed_host_is_nobody()
    {
        Directory.CreateDirectory(Data.RunPath);
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(Data.SocketPath));
            File.Move(Data.SocketPath, Data.SocketPath + ".kept"); // else closing it would remove the file
        }

        File.Move(Data.SocketPath + ".kept", Data.SocketPath);
        var shell = new TestShell();
        (await RunAsync(shell, "idle", "--on", "2026-11-20", "--json")).ShouldBe(0, shell.Error);
    }

    [Fact]
    public async Task Verbs_at_the_same_time_all_succeed_whoever_hosts_them()
    {
        var shells = Enumerable.Range(0, 6).Select(_ => new TestShell()).ToList();
        var codes = await Task.WhenAll(shells.Select(s => Task.Run(() => RunAsync(s, "idle", "--on", "2026-11-20", "--json"))));
        codes.ShouldAllBe(c => c == 0, string.Join('\n', shells.Select(s => s.Error)));
        shells.ShouldAllBe(s => s.Json.AsArray().Count == 0);
    }

    [Fact]
    public async Task A_second_server_is_refused_and_told_of_the_first()
    {
        await using var server = await ServeAsync();
        var shell = new TestShell();
        (await RunAsync(shell, "serve", "--urls", "http://127.0.0.1:0", "--json")).ShouldBe(1);
        ((string)shell.Json["code"]!).ShouldBe("host.already-running");
        shell.Error.ShouldContain(server.Url);
        shell.Error.ShouldContain($"{Environment.ProcessId}");
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_the_cure()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var shell = new TestShell();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        (await RunAsync(shell, "serve", "--urls", url, "--json")).ShouldBe(1);
        ((string)shell.Json["code"]!).ShouldBe("host.port-taken");
        shell.Error.ShouldContain("--urls");
        File.Exists(Data.HolderPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_verb_told_another_database_than_the_servers_is_refused()
    {
        await using var server = await ServeAsync();
        var shell = new TestShell();
        (await shell.RunAsync("idle", "--data", Data.Path, "--database", "Host=elsewhere;Database=x", "--json")).ShouldBe(1);
        ((string)shell.Json["code"]!).ShouldBe("host.another-database");
    }

    [Fact]
    public async Task A_refusal_with_json_is_one_problem_document_and_a_text_aside()
    {
        var shell = new TestShell();
        (await RunAsync(shell, "withdraw", "4711", "--json", "--lang", "zh")).ShouldBe(1);
        ((int)shell.Json["status"]!).ShouldBe(404);
        shell.Error.ShouldContain((string)shell.Json["detail"]!);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_and_the_others_are_still_taken_in()
    {
        var empty = _directory["clearing_20261114_fen.csv"];
        await File.WriteAllTextAsync(empty, string.Join(',',
            "merchant_no", "terminal_no", "batch_no", "stan", "transacted_at", "kind", "amount_fen", "card_kind", "pan_masked", "reference_no",
            "original_reference_no", "declared_fee_fen") + "\n");
        var shell = new TestShell();
        (await RunAsync(shell, "ingest", _directory["missing_20261113.csv"], _directory.Path, empty, "--json")).ShouldBe(1);
        var files = shell.Json.AsArray();
        files.Count.ShouldBe(3);
        ((string)files[0]!["error"]!["code"]!).ShouldBe("local.file-not-found");
        ((string)files[1]!["error"]!["code"]!).ShouldBe("local.is-directory");
        ((string)files[2]!["file"]!).ShouldBe("clearing_20261114_fen.csv");
        ((int)files[2]!["posted"]!).ShouldBe(0, shell.Out);
    }

    [Fact]
    public async Task The_edge_answers_with_its_frame()
    {
        await using var server = await ServeAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        using var live = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { { "X-Request-Id", "abc-1" } } };
        using var answer = await http.SendAsync(live);
        answer.Headers.GetValues("X-Request-Id").ShouldBe(["abc-1"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("/swagger/index.html")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var nowhere = await http.GetAsync("/api/v1/nothing");
        nowhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        nowhere.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");

        using var bad = await http.GetAsync("/api/v1/idle-terminals?on=soon");
        bad.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)JsonNode.Parse(await bad.Content.ReadAsStringAsync())!["code"]!).ShouldBe("request.bad-parameter");

        using var notJson = await http.PostAsync("/api/v1/business-days/2026-11-20/close", new StringContent("{", Encoding.UTF8, "application/json"));
        notJson.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)JsonNode.Parse(await notJson.Content.ReadAsStringAsync())!["code"]!).ShouldBe("request.bad-json");
    }

    [Theory]
    [InlineData("Host", "bank.example")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_foreign_page_is_turned_away(string header, string value)
    {
        await using var server = await ServeAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add(header, value);
        using var answer = await http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!).ShouldBe("request.foreign-origin");
    }

    [Fact]
    public async Task Every_operation_of_the_document_has_a_name_a_summary_and_a_tag()
    {
        await using var server = await ServeAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        var document = JsonNode.Parse(await http.GetStringAsync("/swagger/v1/swagger.json"))!;
        var names = new List<string>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                var place = $"{method} {path}";
                names.Add((string?)operation!["operationId"] ?? throw new ShouldAssertException($"{place} has no operationId"));
                ((string?)operation["summary"]).ShouldNotBeNullOrEmpty(place);
                operation["tags"]!.AsArray().Count.ShouldBe(1, place);
                operation["responses"]!["503"].ShouldNotBeNull(place);
                foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                {
                    ((string?)parameter!["description"]).ShouldNotBeNullOrEmpty($"{place} {parameter["name"]}");
                }
            }
        }

        // What gateways and pricing send is described member by member, with an example to begin with.
        foreach (var (path, method, body) in ((string, string, string)[])[
            ("/transactions", "post", "NoticeBody"), ("/merchants/{merchantNo}/limits", "put", "LimitRequest"),
            ("/merchants/{merchantNo}/fee-plans", "post", "FeePlanChangeRequest"),
            ("/merchants/{merchantNo}/fee-plan-quotes", "post", "FeeStepDraft"), ("/repricings", "post", "RepricingRequest")])
        {
            document["paths"]![$"/api/v1{path}"]![method]!["requestBody"]!["content"]!["application/json"]!["example"].ShouldNotBeNull(path);
            foreach (var (name, member) in document["components"]!["schemas"]![body]!["properties"]!.AsObject())
            {
                ((string?)member!["description"]).ShouldNotBeNullOrEmpty($"{body}.{name}");
            }
        }

        names.ShouldBeUnique();
        names.Count.ShouldBeGreaterThan(15);
    }

    private DataDirectory Data => DataDirectory.Find(_directory["data"], _ => null);

    private Task<int> RunAsync(TestShell shell, params string[] args) => RunAsync(shell, args, CancellationToken.None);

    private Task<int> RunAsync(TestShell shell, string[] args, CancellationToken stop) =>
        shell.RunAsync([.. args, "--data", Data.Path, "--database", _database.ConnectionString], stop);

    private async Task<Server> ServeAsync()
    {
        var shell = new TestShell();
        var stop = new CancellationTokenSource();
        var running = Task.Run(() => RunAsync(shell, ["serve", "--urls", "http://127.0.0.1:0", "--json"], stop.Token));
        while (shell.Out.Length == 0 && !running.IsCompleted)
        {
            await Task.Delay(20);
        }

        running.IsCompleted.ShouldBeFalse(shell.Error);
        return new Server(shell, running, stop);
    }

    private sealed class Server(TestShell shell, Task<int> running, CancellationTokenSource stop) : IAsyncDisposable
    {
        public string Url => (string)shell.Json["urls"]![0]!;

        public async Task<int> StopAsync()
        {
            await stop.CancelAsync();
            return await running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            stop.Dispose();
        }
    }
}
