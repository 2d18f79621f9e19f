using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Acquiring.Acceptance.Interrupted.Load;
using Acquiring.Acceptance.Running;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Cluster.Acceptance;

/// <summary>
/// What a merchant's grain let pass and is not posted yet is known to it alone. It dies with its silo, and stands still with it; the limit holds,
/// and all of it can be used.
/// </summary>
public sealed class LimitsThroughADeath(TestCluster cluster, ITestOutputHelper output)
{
    private const int Clients = 12;
    private const long SaleFen = 1_000;
    private const int SalesMax = 1_500;

    private readonly ConcurrentDictionary<int, bool> _posted = [];
    private int _stan;
    private int _calls;
    private int _full;
    private int _inDoubt;

    [Fact]
    public async Task A_day_limit_is_used_to_the_last_fen_and_not_passed()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 61, Dates = 1, SalesPerDate = 50, Formats = [SampleFormat.CsvFen] });
        await using var silos = await ThreeSilos.StartAsync(cluster);
        await silos[0].ImportAsync(set);
        var terminal = set.Registry.Terminals.First(t => t.Trades);
        using var limited = await silos.Http(0).PutAsJsonAsync(
            new Uri($"api/v1/merchants/{terminal.Merchant.No}/limits", UriKind.Relative),
            new { version = 0, limits = new[] { new { dayFen = SaleFen * SalesMax } } });
        limited.StatusCode.ShouldBe(HttpStatusCode.OK);
        var date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(-1);
        var clients = Enumerable.Range(0, Clients).Select(_ => RunAsync(silos, terminal, date)).ToList();
        await PostedAsync(200, clients);

        silos.Freeze(2);
        await silos.KillAsync(1);
        var killed = Stopwatch.GetTimestamp();
        await PostedAsync(_posted.Count + 100, clients);
        var resumed = Stopwatch.GetElapsedTime(killed);
        var frozen = TimeSpan.FromSeconds(35) - resumed;
        await Task.Delay(frozen > TimeSpan.Zero ? frozen : TimeSpan.Zero);
        silos.Thaw(2);
        await silos.ServeAsync(1);
        if (await silos.EndsItselfAsync(2, TimeSpan.FromSeconds(20)))
        {
            await silos.ServeAsync(2);
        }

        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromMinutes(3));
        output.WriteLine($"{_posted.Count} posted, {_inDoubt} calls in doubt, served again {resumed.TotalSeconds:0.0} s after the kill");
        var sum = await silos.AskAsync($"select coalesce(sum(amount_fen), 0) from journal where transaction_date = '{date:yyyy-MM-dd}'");
        sum.ShouldBe(SaleFen * SalesMax);
        _posted.Count.ShouldBe(SalesMax);
        await silos[0].BooksShouldBeTrueAsync();
    }

    /// <summary>New sales until the limit refuses one; each is sent again until its outcome is known.</summary>
    private async Task RunAsync(ThreeSilos silos, SampleTerminal terminal, DateOnly date)
    {
        while (_full < Clients)
        {
            var stan = Interlocked.Increment(ref _stan);
            var body = new Notice(
                terminal.Merchant.No, terminal.No, stan, "sale", SaleFen, date.ToDateTime(new TimeOnly(10, 0)).AddSeconds(stan), null).Body();
            while (true)
            {
                var (status, text) = await SendAsync(silos, body);
                if (status is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    _posted.TryAdd(stan, true).ShouldBeTrue();
                    break;
                }

                if (status == HttpStatusCode.UnprocessableEntity)
                {
                    text.ShouldContain("limit.day-sum");
                    if (_posted.Count == SalesMax)
                    {
                        Interlocked.Increment(ref _full);
                        return;
                    }

                    // Room that is held for a sale in doubt comes free when its grain is another's or reads again.
                    await Task.Delay(500);
                    continue;
                }

                Interlocked.Increment(ref _inDoubt);
                await Task.Delay(100);
            }
        }
    }

    private async Task<(HttpStatusCode? Status, string Text)> SendAsync(ThreeSilos silos, byte[] body)
    {
        try
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = Notice.Json } };
            using var answer = await silos.Http(Interlocked.Increment(ref _calls) % 3).PostAsync(new Uri("api/v1/transactions", UriKind.Relative), content);
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBeOneOf(
                [HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity, HttpStatusCode.ServiceUnavailable], text);
            return (answer.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return (null, "");
        }
    }

    private async Task PostedAsync(int count, List<Task> clients)
    {
        var began = Stopwatch.GetTimestamp();
        while (_posted.Count < Math.Min(count, SalesMax))
        {
            clients.Where(c => c.IsFaulted).Select(c => c.Exception!.InnerException!.Message).ShouldBeEmpty();
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout);
            await Task.Delay(20);
        }
    }
}
