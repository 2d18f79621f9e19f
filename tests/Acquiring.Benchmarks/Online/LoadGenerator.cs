using System.Diagnostics;
using System.Net;
using System.Text;

namespace Acquiring.Benchmarks.Online;

/// <summary>What came of a load.</summary>
/// <param name="Acknowledged">Lines that were answered as posted.</param>
/// <param name="LatenciesMs">Of each request, in order of length.</param>
/// <param name="FirstRefusal">The first answer that was none of that, for the reader.</param>
internal sealed record Load(long Acknowledged, TimeSpan Elapsed, double[] LatenciesMs, string? FirstRefusal)
{
    public double PerSecond => Acknowledged / Elapsed.TotalSeconds;

    public double PercentileMs(double share) => LatenciesMs.Length == 0 ? 0 : LatenciesMs[Math.Min(LatenciesMs.Length - 1, (int)(LatenciesMs.Length * share))];
}

/// <summary>Keeps connections busy: each sends its next request when the last is answered, or by the clock.</summary>
internal sealed class LoadGenerator(IPEndPoint host, GatewayTraffic traffic)
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";

    /// <param name="lines">In each request.</param>
    /// <param name="perSecond">Requests a second over all connections, sent by the clock: one that waits for the answer before it counts
    /// from when it was due. <c>null</c> sends as fast as answers come.</param>
    public async Task<Load> RunAsync(
        string contentType, int connections, int lines, TimeSpan box, double? perSecond, CancellationToken cancellationToken)
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => PostConnection.OpenAsync(host, contentType, cancellationToken)));
        var began = Stopwatch.GetTimestamp();
        var sent = await Task.WhenAll(opened.Select((connection, i) => Task.Run(
            () => SendAsync(connection, i, connections, lines, began, box, perSecond, cancellationToken), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(began);
        var latencies = sent.SelectMany(s => s.LatenciesMs).Order().ToArray();
        return new Load(sent.Sum(s => s.Acknowledged), elapsed, latencies, Array.Find(sent, s => s.FirstRefusal is not null)?.FirstRefusal);
    }

    private async Task<Load> SendAsync(
        PostConnection connection, int index, int connections, int lines, long began, TimeSpan box, double? perSecond,
        CancellationToken cancellationToken)
    {
        using var closed = connection;
        var lane = traffic.LaneOf(index, connections);
        var latencies = new List<double>();
        var interval = perSecond is { } rate ? TimeSpan.FromSeconds(connections / rate) : TimeSpan.Zero;
        var due = interval * index / connections;
        long acknowledged = 0;
        string? refusal = null;
        while (refusal is null)
        {
            var at = Stopwatch.GetElapsedTime(began);
            if (at >= box || due >= box)
            {
                break;
            }

            if (perSecond is not null && due > at)
            {
                await Task.Delay(due - at, cancellationToken);
            }

            lane.Clear();
            for (var i = 0; i < lines; i++)
            {
                lane.Add(lineEnd: lines > 1);
            }

            // By the clock: late because the one before was late counts, so a stall is seen by all that it delays. A timer that wakes
            // late does not.
            var from = perSecond is not null && due < at ? due : Stopwatch.GetElapsedTime(began);
            var status = await connection.PostAsync(lane.Request, cancellationToken);
            latencies.Add((Stopwatch.GetElapsedTime(began) - from).TotalMilliseconds);
            due += interval;
            if (status is 200 or 201 && Answers(connection.Body.Span, lines) == lines)
            {
                acknowledged += lines;
                traffic.Acknowledged(lane.AmountsFen);
            }
            else
            {
                var body = connection.Body.Span;
                refusal = $"{status} {Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)])}";
            }
        }

        return new Load(acknowledged, default, [.. latencies], refusal);
    }

    // A batch answers a line for each line; whether each was posted is checked by the volumes at the end.
    private static int Answers(ReadOnlySpan<byte> body, int lines) => lines == 1 ? 1 : body.Count((byte)'\n') + (body is [.., not (byte)'\n'] ? 1 : 0);
}
