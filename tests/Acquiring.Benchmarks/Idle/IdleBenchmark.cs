using System.Diagnostics;
using Acquiring.Backend.IdleSweep;
using Acquiring.Benchmarks.Bank;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Idle;

/// <param name="Rows">Findings written.</param>
/// <param name="BareSeconds">The same rows by one INSERT … SELECT into a table with the same keys; 0 where there are none.</param>
internal sealed record IdleTiming(string Name, long Rows, double Seconds, double BareSeconds)
{
    public double ToBare => BareSeconds > 0 ? Seconds / BareSeconds : 0;
}

/// <summary>Sweeps of a large fleet beside a bare INSERT … SELECT of what each wrote, in one database, each committed.</summary>
internal static class IdleBenchmark
{
    public static async Task<(IReadOnlyList<IdleTiming> Timings, long PeakBytes)> RunAsync(int terminals, int seed, CancellationToken cancellationToken)
    {
        var report = new Report(new JournalOptions
        {
            Lines = 0, Merchants = 2_000, Only = null, GrowthSizes = [], GrowthLines = 0, Format = SampleFormat.ZmUtf8, Repeat = 1,
            Box = TimeSpan.Zero, ReturnsShare = 0, Seed = seed,
        });
        report.Say("the bank is imported");
        await using var bank = await BenchmarkBank.StartAsync(new BankRegistry(seed, 2_000), report, cancellationToken);
        await using var database = await bank.NewAsync(cancellationToken);
        report.Say($"a fleet of {terminals:N0}");
        await IdleFleet.SeedAsync(database, terminals, cancellationToken);
        await database.ExecuteAsync(
            "create table bare_finding (like idle_finding including all); alter table bare_finding add foreign key (terminal_id) references terminal (terminal_id)",
            cancellationToken);
        var timings = new List<IdleTiming>();
        var date = IdleFleet.Judged.AddDays(-1);
        await MeasureAsync("first close, every machine judged", []);
        date = IdleFleet.Judged;
        await MeasureAsync("1 % newly idle", []);
        await MeasureAsync("the same date again", []);
        date = date.AddDays(1);
        await MeasureAsync("a date on which little runs out", []);
        date = date.AddDays(1);
        await IdleFleet.SellAgainAsync(database, date, cancellationToken);
        await MeasureAsync("0.1 % sold again", []);
        date = date.AddDays(1);
        await MeasureAsync("a file of last week found missing", [IdleFleet.Judged.AddDays(-7)]);
        return (timings, Process.GetCurrentProcess().PeakWorkingSet64);

        async Task MeasureAsync(string name, DateOnly[] incomplete)
        {
            await database.CheckpointAsync(cancellationToken);
            var before = await LastAsync(database, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            await using (var connection = await database.DataSource.OpenConnectionAsync(cancellationToken))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await Sweep.RecordAsync(connection, date, incomplete, DateTime.UnixEpoch, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            await database.ExecuteAsync(
                $"""
                insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings)
                values ('{date:yyyy-MM-dd}', now(), true, false, '{'{'}{string.Join(',', incomplete.Select(d => $"{d:yyyy-MM-dd}"))}{'}'}', 0) on conflict do nothing
                """,
                cancellationToken);
            var rows = await LastAsync(database, cancellationToken) - before;
            var bare = rows == 0 ? 0 : await BareAsync(database, before, cancellationToken);
            report.Say($"  {name}: {rows:N0} rows in {seconds:N3} s, bare {bare:N3} s");
            timings.Add(new(name, rows, seconds, bare));
        }
    }

    private static async Task<double> BareAsync(BankDatabase database, long after, CancellationToken cancellationToken)
    {
        await database.CheckpointAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await database.ExecuteAsync($"insert into bare_finding overriding system value select * from idle_finding where idle_finding_id > {after}", cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The number of findings: nothing is ever removed, and one writer's numbers have no gaps.</summary>
    private static async Task<long> LastAsync(BankDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand("select coalesce(max(idle_finding_id), 0) from idle_finding");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
