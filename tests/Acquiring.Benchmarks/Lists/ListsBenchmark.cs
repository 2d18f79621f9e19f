using System.Diagnostics;
using System.Text.Json.Nodes;
using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Online;
using Acquiring.Testing.Samples;
using Npgsql;

namespace Acquiring.Benchmarks.Lists;

/// <summary>The real host on a large bank, asked one request after the other as a person asks; each kind after a warm-up of its own.</summary>
internal static class ListsBenchmark
{
    private const int WarmUp = 40;

    public static async Task<IReadOnlyList<Latencies>> RunAsync(ListsOptions options, CancellationToken cancellationToken)
    {
        var report = new Report(new JournalOptions
        {
            Lines = 0, Merchants = options.Merchants, Only = null, GrowthSizes = [], GrowthLines = 0, Format = SampleFormat.ZmUtf8, Repeat = 1,
            Box = TimeSpan.Zero, ReturnsShare = 0, Seed = options.Seed,
        });
        report.Say("the bank is imported");
        await using var bank = await BenchmarkBank.StartAsync(new BankRegistry(options.Seed, options.Merchants), report, cancellationToken);
        await using var database = await bank.NewAsync(cancellationToken);
        report.Say("names, townships, volumes");
        await LargeBranch.SeedAsync(database, cancellationToken);
        await using var host = await HostProcess.StartAsync(bank, database, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{host.EndPoint}/api/v1/") };
        var requests = new ListRequests(options, bank.Registry);

        var measured = new List<Latencies>();
        Keep(await BareAsync(database, options, cancellationToken));
        foreach (var (kind, next) in requests.Kinds)
        {
            Keep(await AskAsync(http, kind, next, options, cancellationToken));
        }

        Keep(await PagesAsync(http, options, cancellationToken));
        return measured;

        void Keep(Latencies latencies)
        {
            report.Say($"  {latencies.Kind}: p50 {latencies.At(0.5):N1}, p95 {latencies.At(0.95):N1} ms");
            measured.Add(latencies);
        }
    }

    /// <summary>A page of a hundred behind a random place, by an index alone, prepared, without the product.</summary>
    private static async Task<Latencies> BareAsync(BankDatabase database, ListsOptions options, CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            select m.*, a.last_sale_on, a.volume_fen
            from merchant m join merchant_activity a using (merchant_id)
            where (a.volume_fen, a.merchant_id) < ($1, $2)
            order by a.volume_fen desc, a.merchant_id desc
            limit 101
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long>());
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = int.MaxValue });
        await command.PrepareAsync(cancellationToken);
        var bare = new Latencies("bare indexed page of merchants");
        for (var i = -WarmUp; i < options.Requests; i++)
        {
            ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = random.NextInt64(1, 2_000_000);
            var began = Stopwatch.GetTimestamp();
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    // Every row is received.
                }
            }

            Keep(bare, i, began);
        }

        return bare;
    }

    private static async Task<Latencies> AskAsync(
        HttpClient http, string kind, Func<string> next, ListsOptions options, CancellationToken cancellationToken)
    {
        var latencies = new Latencies(kind);
        for (var i = -WarmUp; i < options.Requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await GetAsync(http, next(), cancellationToken);
            Keep(latencies, i, began);
        }

        return latencies;
    }

    /// <summary>The pages of one long list, one after the other.</summary>
    private static async Task<Latencies> PagesAsync(HttpClient http, ListsOptions options, CancellationToken cancellationToken)
    {
        var latencies = new Latencies("next page of terminals");
        var cursor = "";
        for (var i = -WarmUp; i < options.Requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var page = await GetAsync(http, $"terminals?sort=lastActivity&state=active{cursor}", cancellationToken);
            Keep(latencies, i, began);
            cursor = JsonNode.Parse(page)!["next"]?.ToString() is { } following ? $"&cursor={following}" : "";
        }

        return latencies;
    }

    private static async Task<string> GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        WrongFiguresException.Unless(answer.IsSuccessStatusCode, $"{path} was answered {(int)answer.StatusCode} {body}");
        return body;
    }

    private static void Keep(Latencies latencies, int i, long began)
    {
        if (i >= 0)
        {
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
