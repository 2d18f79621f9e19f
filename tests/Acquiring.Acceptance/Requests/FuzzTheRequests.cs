using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Requests;

/// <summary>Requests made from the OpenAPI document and broken at random: each gets an answer, none of them 5xx.</summary>
public sealed class FuzzTheRequests(ITestOutputHelper output)
{
    private const int Seed = 61;
    private const int AtOnce = 8;

    /// <summary>Far above what any takes on a busy machine: whoever needs longer hangs.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly int s_requests = AcquiringProgram.InFull ? 50_000 : 3_000;

    /// <summary>Nothing of the kind is on the bank below: what brings it there is a file of rows.</summary>
    private static readonly string[] s_nothingThere = ["clearBlacklistCase", "dismissBlacklistCase", "getBlacklistCase", "listBlacklistCaseHistory", "getLoan", "getAlarm", "acknowledgeAlarm",
        // No night has found anything.
        "getFollowUp", "reassignFollowUp", "completeFollowUp", "cancelFollowUp", "getRemoval", "acceptRemoval", "rejectRemoval", "proveRemoval", "declareRemovalPhoto", "sendRemovalPhotoChunk"];

    private readonly SampleSet _set = SampleSet.Generate(new SampleOptions { Seed = Seed, Merchants = 40, Terminals = 60, Dates = 1, SalesPerDate = 50 });

    [Fact]
    public async Task Whatever_comes_is_answered_and_is_no_fault_of_ours()
    {
        await using var site = new Site();
        var serving = await site.ServeAsync();
        await site.ImportAsync(_set);
        await site.IngestAsync(_set.Files);
        var (_, operations) = await ApiOperation.ReadAsync(serving.Http);
        var known = await KnownRecords.MakeAsync(serving.Http, operations, _set);
        foreach (var name in (string[])["groupCode", "managerCode", "applicationId", "documentId", "webhookId", "fileId", "operationId"])
        {
            known.Has(name).ShouldBeTrue($"a record that {name} names");
        }

        // By operation: whether one of its requests got past the question which record is meant.
        var past = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var http = new HttpClient { BaseAddress = serving.Http.BaseAddress, Timeout = s_patience };
        var made = -1;
        var statuses = new int[600];
        var slowestMs = 0L;
        var wrong = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            int number;
            while ((number = Interlocked.Increment(ref made)) < s_requests)
            {
                // Each request is known by its number alone.
                var random = new Random(Seed + number);
                var operation = operations[number % operations.Count];
                using var request = new BrokenRequests(random, known).Make(operation);
                var began = Stopwatch.GetTimestamp();
                var status = 0;
                try
                {
                    using var response = await http.SendAsync(request);
                    status = (int)response.StatusCode;
                    await response.Content.ReadAsStringAsync();
                }
                catch (Exception failure) when (failure is TaskCanceledException or HttpRequestException)
                {
                    Note($"{number} {operation.Id} {request.RequestUri}: {failure.Message}");
                }

                var tookMs = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                past.AddOrUpdate(operation.Id, status != 404, (_, was) => was || status != 404);
                InterlockedMax(ref slowestMs, tookMs);
                Interlocked.Increment(ref statuses[status]);
                if (status >= 500)
                {
                    Note($"{number} {operation.Id} {request}: {status}\n{(request.Content is { } sent ? await sent.ReadAsStringAsync() : "")}");
                }
            }
        }));
        var table = statuses.Select((count, status) => (status, count)).Where(s => s.count > 0).Select(s => $"{s.status}: {s.count}");
        output.WriteLine($"seed {Seed}, {s_requests} requests, slowest {slowestMs} ms; {string.Join(", ", table)}");
        // What the host says of each fault of its own.
        wrong.ShouldBeEmpty(string.Join('\n', serving.Said.Split('\n').Where(l => l.Contains(": a bug, ", StringComparison.Ordinal)).Take(20)));
        serving.HasEnded.ShouldBeFalse();
        statuses[200].ShouldBeGreaterThan(s_requests / 50, "some of them are good requests");
        statuses[400].ShouldBeGreaterThan(s_requests / 50);
        foreach (var operation in operations.Where(o => !past[o.Id] && o.Method == HttpMethod.Get))
        {
            // Chance gave it none of the records that there are.
            past[operation.Id] = await known.FindAsync(http, operation);
        }

        past.Where(p => !p.Value).Select(p => p.Key).Order(StringComparer.Ordinal).ShouldBeSubsetOf(s_nothingThere);
        await site.BooksShouldBeTrueAsync();

        void Note(string what)
        {
            lock (wrong)
            {
                wrong.Add(what);
            }
        }
    }

    private static void InterlockedMax(ref long place, long value)
    {
        long seen;
        while (value > (seen = Interlocked.Read(ref place)) && Interlocked.CompareExchange(ref place, value, seen) != seen)
        {
        }
    }
}

/// <summary>Makes a request of an operation, then breaks some of it.</summary>
internal sealed class BrokenRequests(Random random, KnownRecords known)
{
    private static readonly string[] s_texts =
    [
        "", " ", "\u0000", "'; drop table merchant; --", "../../etc/passwd", "%00", "NaN", "-1", "0", "2147483648", "9223372036854775808", "1e400", "0x10",
        "2026-02-30", "0001-01-01", "9999-12-31", "2026-11-20", "2026-13-01T00:00:00Z", "null", "true", "[]", "{}", "中文商户", "🏧", "=1+1",
        new string('9', 40), new string('x', 3_000), "0199f0c4-7a10-7000-8000-00000000ffff", "default", "6217990000000000001",
    ];

    public HttpRequestMessage Make(ApiOperation operation)
    {
        var body = operation.Example?.DeepClone();
        for (var breaks = random.Next(4); body is not null && breaks > 0; breaks--)
        {
            body = Break(body);
        }

        var text = body?.ToJsonString();
        if (text is not null && random.Next(20) == 0)
        {
            text = text[..random.Next(text.Length)];
        }

        return operation.Request(
            name => Value(operation, name), text,
            operation.NeedsVersion && random.Next(4) > 0 ? Pick("\"1\"", "\"2\"", "*", "1", "W/\"1\"", "\"99999999999\"") : null,
            operation.Changes && random.Next(3) == 0 ? Pick("a", "b", new string('k', 200), "blank key", $"key-{random.Next(100)}") : null,
            Query(operation));
    }

    private string Value(ApiOperation operation, string name) => random.Next(4) switch
    {
        0 => Text() is { Length: > 0 } some ? some : "-",
        _ => known.Pick(operation, name, random) ?? "0199f0c4-7a10-7000-8000-000000000002",
    };

    private string Query(ApiOperation operation)
    {
        var pairs = operation.Parameters
            .Where(p => $"{p["in"]}" == "query" && random.Next(3) > 0)
            .Select(p => $"{p["name"]}={Uri.EscapeDataString(random.Next(2) == 0 && p["example"] is { } example ? $"{example}" : Text())}")
            .ToList();
        return pairs.Count == 0 ? "" : $"?{string.Join('&', pairs)}";
    }

    private JsonNode? Break(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                var name = members.ElementAt(random.Next(members.Count)).Key;
                if (random.Next(5) == 0)
                {
                    members.Remove(name);
                }
                else
                {
                    members[name] = members[name] is { } child and (JsonObject or JsonArray) && random.Next(2) == 0 ? Break(child.DeepClone()) : Leaf();
                }

                return members;
            case JsonArray { Count: > 0 } items:
                var at = random.Next(items.Count);
                items[at] = items[at] is { } item && random.Next(2) == 0 ? Break(item.DeepClone()) : Leaf();
                return items;
            default:
                return Leaf();
        }
    }

    private JsonNode? Leaf() => random.Next(9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.NextInt64()),
        2 => JsonValue.Create(-random.Next()),
        3 => JsonValue.Create(0.1),
        4 => JsonValue.Create(true),
        5 => new JsonArray(),
        6 => new JsonObject(),
        _ => JsonValue.Create(Text()),
    };

    private string Text() => s_texts[random.Next(s_texts.Length)];

    private string Pick(params string[] from) => from[random.Next(from.Length)];
}
