using System.Diagnostics;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Benchmarks.Bank;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Tiers;

/// <param name="Rows">Decisions and judgings written.</param>
/// <param name="BareSeconds">The same rows by one INSERT … SELECT into tables with the same keys; 0 where there are none.</param>
internal sealed record TierTiming(string Name, long Rows, double Seconds, double BareSeconds)
{
    public double ToBare => BareSeconds > 0 ? Seconds / BareSeconds : 0;
}

/// <summary>Runs of the tiers over a large bank beside a bare INSERT … SELECT of what each wrote, in one database.</summary>
internal static class TiersBenchmark
{
    private static readonly string[] s_tables = ["tier_decision", "tier_judging"];

    public static async Task<(IReadOnlyList<TierTiming> Timings, long PeakBytes)> RunAsync(TiersOptions options, CancellationToken cancellationToken)
    {
        var report = new Report(new JournalOptions
        {
            Lines = 0, Merchants = options.Merchants, Only = null, GrowthSizes = [], GrowthLines = 0, Format = SampleFormat.ZmUtf8, Repeat = 1,
            Box = TimeSpan.Zero, ReturnsShare = 0, Seed = options.Seed,
        });
        report.Say("the bank is imported");
        await using var bank = await BenchmarkBank.StartAsync(new BankRegistry(options.Seed, options.Merchants), report, cancellationToken);
        await using var database = await bank.NewAsync(cancellationToken);
        report.Say("trades, evidence, volumes");
        await TierFleet.SeedAsync(database, options.SalesDays, cancellationToken);
        foreach (var table in s_tables)
        {
            await database.ExecuteAsync(
                $"create table bare_{table} (like {table} including all); alter table bare_{table} add foreign key (merchant_id) references merchant (merchant_id)",
                cancellationToken);
        }

        var timings = new List<TierTiming>();
        var run = new RunTiers(database.DataSource, TimeProvider.System);
        var date = TierFleet.FirstRun;
        await MeasureAsync("first run, all judged and graded");
        await MeasureAsync("the same date again");
        date = date.AddDays(1);
        await MeasureAsync("a night without changes");
        await TierFleet.ChangeAsync(database, cancellationToken);
        date = date.AddDays(1);
        await MeasureAsync("1 % changed, a month graded");
        await database.ExecuteAsync("update merchant set township = '' where merchant_id % 100 = 2", cancellationToken);
        date = date.AddDays(1);
        await MeasureAsync("1 % changed");
        return (timings, Process.GetCurrentProcess().PeakWorkingSet64);

        async Task MeasureAsync(string name)
        {
            await database.CheckpointAsync(cancellationToken);
            var before = await CountAsync(database, "tier_decision", cancellationToken) + await CountAsync(database, "tier_judging", cancellationToken);
            var isNew = await CountAsync(database, $"tier_night where business_date = '{date:yyyy-MM-dd}'", cancellationToken) == 0;
            var began = Stopwatch.GetTimestamp();
            await run.RunShardAsync(date, 0, 1, effects => CommitAsync(database, effects, cancellationToken), cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var rows = await CountAsync(database, "tier_decision", cancellationToken) + await CountAsync(database, "tier_judging", cancellationToken) - before;
            var bare = isNew ? await BareAsync(database, date, cancellationToken) : 0;
            report.Say($"  {name}: {rows:N0} rows in {seconds:N3} s, bare {bare:N3} s");
            timings.Add(new(name, rows, seconds, rows == 0 ? 0 : bare));
        }
    }

    private static async Task CommitAsync(BankDatabase database, Func<Npgsql.NpgsqlConnection, Task> effects, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await effects(connection);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<double> BareAsync(BankDatabase database, DateOnly date, CancellationToken cancellationToken)
    {
        await database.CheckpointAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        foreach (var table in s_tables)
        {
            await database.ExecuteAsync($"insert into bare_{table} select * from {table} where judged_on = '{date:yyyy-MM-dd}'", cancellationToken);
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<long> CountAsync(BankDatabase database, string table, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
