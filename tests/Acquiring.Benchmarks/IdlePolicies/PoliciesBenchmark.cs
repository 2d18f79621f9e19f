using System.Diagnostics;
using Acquiring.Backend.IdlePolicies.Ask;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Benchmarks.Bank;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.IdlePolicies;

/// <param name="Rows">Verdicts written.</param>
/// <param name="BareSeconds">The same rows by one INSERT … SELECT into a table with the same keys; 0 where there are none.</param>
internal sealed record PolicyTiming(string Name, long Rows, double Seconds, double BareSeconds)
{
    public double ToBare => BareSeconds > 0 ? Seconds / BareSeconds : 0;
}

/// <summary>Nights of the idle policies over a large fleet beside a bare INSERT … SELECT of what each wrote, in one database, each committed.</summary>
internal static class PoliciesBenchmark
{
    public static async Task<(IReadOnlyList<PolicyTiming> Timings, long Terminals, long PeakBytes)> RunAsync(
        PoliciesOptions options, CancellationToken cancellationToken)
    {
        var report = new Report(new JournalOptions
        {
            Lines = 0, Merchants = options.Merchants, Only = null, GrowthSizes = [], GrowthLines = 0, Format = SampleFormat.ZmUtf8, Repeat = 1,
            Box = TimeSpan.Zero, ReturnsShare = 0, Seed = options.Seed,
        });
        report.Say("the bank is imported");
        await using var bank = await BenchmarkBank.StartAsync(new BankRegistry(options.Seed, options.Merchants), report, cancellationToken);
        await using var database = await bank.NewAsync(cancellationToken);
        report.Say("sales");
        var fleet = new PolicyFleet(database, options.Changed);
        await fleet.SeedAsync(cancellationToken);
        await database.ExecuteAsync(
            "create table bare_idle_verdict (like idle_verdict including all); alter table bare_idle_verdict add foreign key (terminal_id) references terminal (terminal_id)",
            cancellationToken);
        var timings = new List<PolicyTiming>();
        var run = new RunIdlePolicies(database.DataSource, TimeProvider.System);
        var date = PolicyFleet.First;
        await MeasureAsync("first night, all judged");
        await MeasureAsync("the same date again");
        await NextAsync(all: false);
        await MeasureAsync("a night without changes");
        await NextAsync(all: false);
        await MeasureAsync("some newly quiet");
        await NextAsync(all: true);
        await MeasureAsync("they sold again");
        await NextAsync(all: true);
        await fleet.LendAsync(date, cancellationToken);
        await MeasureAsync("a list links as many to loans");
        var asked = Stopwatch.GetTimestamp();
        var answer = (await new IdleWhatIf(database.DataSource).CountAsync(1, null, date, cancellationToken)).Value;
        timings.Add(new("what-if over the fleet", 0, Stopwatch.GetElapsedTime(asked).TotalSeconds, 0));
        return (timings, answer.Terminals, Process.GetCurrentProcess().PeakWorkingSet64);

        Task NextAsync(bool all)
        {
            date = date.AddDays(1);
            return fleet.SellAsync(date, all, cancellationToken);
        }

        async Task MeasureAsync(string name)
        {
            await database.CheckpointAsync(cancellationToken);
            var before = await CountAsync(database, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            await run.RunShardAsync(date, 0, 1, effects => CommitAsync(database, effects, cancellationToken), cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var rows = await CountAsync(database, cancellationToken) - before;
            var bare = rows == 0 ? 0 : await BareAsync(database, date, cancellationToken);
            report.Say($"  {name}: {rows:N0} rows in {seconds:N3} s, bare {bare:N3} s");
            timings.Add(new(name, rows, seconds, bare));
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
        await database.ExecuteAsync($"insert into bare_idle_verdict select * from idle_verdict where judged_on = '{date:yyyy-MM-dd}'", cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<long> CountAsync(BankDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand("select count(*) from idle_verdict");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
