using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Backend.Tests.Platform.Jobs;

/// <summary>A database with the ledger and the table the tally job writes; leases run out when a test says so.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    public const string Job = "tally";

    private readonly TestDatabase _database;

    private TestLedger(TestDatabase database)
    {
        _database = database;
        Ledger = new JobLedger(database.DataSource, Clock);
    }

    public NpgsqlDataSource DataSource => _database.DataSource;

    /// <summary>Noon of 2026-11-22 in China.</summary>
    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));

    public JobLedger Ledger { get; }

    public TallyJob Tally { get; init; } = new();

    public static async Task<TestLedger> OpenAsync(TestCluster cluster, int shards = 1)
    {
        var ledger = new TestLedger(await cluster.NewDatabaseAsync()) { Tally = new TallyJob(Job, shards) };
        await ledger.ExecuteAsync("create table tally (business_date date, shard int, run int, step int)");
        return ledger;
    }

    public static DateOnly Day(int day) => new(2026, 11, day);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public JobWorker Worker(params IReadOnlyList<IJob> more) =>
        new(Ledger, new JobCatalog([Tally, .. more]), DataSource, Clock, NullLogger<JobWorker>.Instance);

    public async Task AskAsync(params IEnumerable<int> days)
    {
        foreach (var day in days)
        {
            await Ledger.AskAsync(Job, Day(day), Tally.ShardsFor(Day(day)), "test", null, CancellationToken.None);
        }
    }

    public Task<JobLease?> ClaimAsync(string owner = "one") => Ledger.ClaimAsync([Job], owner, CancellationToken.None);

    public JobRun Run(JobLease lease) => new(DataSource, Ledger, lease);

    public async Task<JobShard> ShardAsync(int day) => (await Ledger.ShardsAsync(Job, Day(day), CancellationToken.None))[0];

    /// <summary>Time passes on the server: every lease is over.</summary>
    public Task LetLeasesRunOutAsync() =>
        ExecuteAsync("update job_shard set lease_until = clock_timestamp() - interval '1 millisecond' where state = 'running'");

    public Task<string> TalliedAsync() => ScalarAsync<string>(
        "select coalesce(string_agg(concat_ws(':', extract(day from business_date), shard, run, step), ' ' order by business_date, shard, run, step), '') from tally");

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    /// <summary>Asks the database again and again, without sleeping, until it is so.</summary>
    public async Task UntilAsync(string condition)
    {
        for (var tries = 0; tries < 20_000; tries++)
        {
            if (await ScalarAsync<bool>($"select {condition}"))
            {
                return;
            }
        }

        throw new TimeoutException(condition);
    }
}
