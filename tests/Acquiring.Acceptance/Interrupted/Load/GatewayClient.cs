using System.Net;
using System.Text.Json;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Interrupted.Load;

/// <summary>
/// One terminal behind a keep-alive connection. It remembers all that was acknowledged, and sends again, unchanged, what was not: a
/// broken call and a 503 leave it in doubt.
/// </summary>
/// <param name="givesBack">Also sends voids and refunds of its acknowledged sales.</param>
internal sealed class GatewayClient(SampleTerminal terminal, DateOnly date, int seed, bool givesBack)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(seed);
    private readonly Stack<Notice> _sales = new();
    private int _stan;

    public Dictionary<NoticeKey, (Notice Notice, long FeeFen)> Acknowledged { get; } = [];

    /// <summary>Sent, and what became of it is not known.</summary>
    public Notice? Pending { get; private set; }

    /// <summary>Calls that were in doubt.</summary>
    public int Unknown { get; private set; }

    public int Outages { get; private set; }

    /// <summary>Until told to stop, and then until nothing is in doubt.</summary>
    public async Task RunAsync(Func<HttpClient> host, Gate gate, Func<bool> stops)
    {
        while (Pending is not null || !stops())
        {
            await gate.PassAsync();
            if (!await TryAsync(host()))
            {
                await Task.Delay(AfterFailure);
            }
        }
    }

    public async Task UntilAcknowledgedAsync(HttpClient host)
    {
        while (!await TryAsync(host))
        {
            await Task.Delay(AfterFailure);
        }
    }

    private async Task<bool> TryAsync(HttpClient host)
    {
        var first = Pending is null;
        var notice = Pending ??= Next();
        var isInDoubt = true;
        try
        {
            using var content = new ByteArrayContent(notice.Body()) { Headers = { ContentType = Notice.Json } };
            using var answer = await host.PostAsync(new Uri("api/v1/transactions", UriKind.Relative), content);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                answer.Headers.RetryAfter.ShouldNotBeNull(text);
                Outages++;
            }
            else
            {
                isInDoubt = false;
                answer.StatusCode.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Created], $"{notice}\n{text}");
                Acknowledge(notice, text);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // The host died under the call, or is not there yet.
        }

        Unknown += isInDoubt && first ? 1 : 0;
        return !isInDoubt;
    }

    private void Acknowledge(Notice notice, string text)
    {
        using var answer = JsonDocument.Parse(text);
        answer.RootElement.GetProperty("state").GetString().ShouldBe("posted", text);
        Acknowledged.Add(notice.Key, (notice, answer.RootElement.GetProperty("feeFen").GetInt64()));
        Pending = null;
        if (notice.Kind == "sale")
        {
            _sales.Push(notice);
        }
    }

    private Notice Next()
    {
        var stan = ++_stan;
        var at = date.ToDateTime(new TimeOnly(10, 0)).AddSeconds(stan);
        if (givesBack && stan % 4 == 0 && _sales.TryPop(out var sale))
        {
            return stan % 8 == 0
                ? new(terminal.Merchant.No, terminal.No, stan, "void", sale.AmountFen, at, sale)
                : new(terminal.Merchant.No, terminal.No, stan, "refund", 1 + (sale.AmountFen / 2), at, sale);
        }

        return new(terminal.Merchant.No, terminal.No, stan, "sale", 100 + _random.NextInt64(1_000_000), at, null);
    }
}
