using System.Text.Json.Nodes;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Requests;

/// <summary>
/// What the paths' parameters may name on a bank: what its files brought, what the document's own examples make, and what the lists then show.
/// </summary>
internal sealed class KnownRecords
{
    private const string Application = "0199f0c4-7a10-7000-8000-00000000ab01";
    private const int PerNameMax = 50;

    /// <summary>Parameters that are called otherwise than the member that shows them.</summary>
    private static readonly Dictionary<string, string> s_shownAs = new(StringComparer.Ordinal)
    {
        ["code"] = "groupCode", ["terminalNo"] = "terminal", ["businessDate"] = "date", ["hold"] = "attributeNo", ["plateCode"] = "plate",
    };

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names;

    private KnownRecords(IReadOnlyList<ApiOperation> operations) =>
        _names = [.. operations.SelectMany(o => o.Parameters).Where(p => $"{p["in"]}" == "path").Select(p => $"{p["name"]}")];

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary><c>null</c> when nothing of the name is known.</summary>
    public string? Pick(ApiOperation operation, string name, Random random) => Pick(
        name == "key" ? $"{operation.Path.Split('/').TakeWhile(p => p != "{key}").Last()}/key" : name, random);

    private string? Pick(string name, Random random) => _values.TryGetValue(name, out var some) ? some[random.Next(some.Count)] : null;

    public static async Task<KnownRecords> MakeAsync(HttpClient http, IReadOnlyList<ApiOperation> operations, SampleSet set)
    {
        var known = new KnownRecords(operations);
        known.AddAll("merchantNo", set.Registry.Merchants.Select(m => m.No));
        known.AddAll("terminal", set.Registry.Terminals.Select(t => t.No));
        foreach (var (name, value) in ((string, string)[])
            [
                ("merchants/key", set.Registry.Merchants[0].No), ("account-managers/key", "AM0042"), ("branches/key", "360700"),
                ("applicationId", Application), ("date", "2026-11-20"), ("year", "2026"), ("version", "1"), ("job", "verify-books"), ("act", "suspend"),
                ("offset", "0"), ("attributeNo", "2"), ("reportNo", "1"), ("groupCode", "yonghe"),
            ])
        {
            known.Add(name, value);
        }

        // Each example once, as the document says it: what makes a record makes it now. A number beginning with 1 is everybody's first version.
        foreach (var operation in operations.Where(o => o.Changes && o.Example is not null))
        {
            using var request = operation.Request(
                n => known.Pick(operation, n, new Random(0)) ?? "1", operation.Example!.ToJsonString(), IfMatchOf(operation));
            using var response = await http.SendAsync(request);
            if (response.IsSuccessStatusCode)
            {
                known.Harvest(operation.Example);
                known.Harvest(await ReadAsync(response));
            }
        }

        foreach (var operation in operations.Where(o => o.Method == HttpMethod.Get && !o.Path.Contains('{', StringComparison.Ordinal)))
        {
            using var request = operation.Request(_ => "", null);
            using var response = await http.SendAsync(request);
            known.Harvest(response.IsSuccessStatusCode ? await ReadAsync(response) : null);
        }

        return known;
    }

    /// <summary>Whether one of the records known is found by an operation that reads.</summary>
    public async Task<bool> FindAsync(HttpClient http, ApiOperation operation)
    {
        for (var no = 0; no < PerNameMax; no++)
        {
            using var request = operation.Request(n => _values.TryGetValue(n, out var some) ? some[no % some.Count] : "1", null);
            using var response = await http.SendAsync(request);
            if (response.StatusCode != System.Net.HttpStatusCode.NotFound)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is new has no version yet.</summary>
    private static string? IfMatchOf(ApiOperation operation) => operation.Id switch
    {
        "saveApplication" => null,
        "setWorkTerm" => "\"12\"",
        _ when operation.Id.EndsWith("Contact", StringComparison.Ordinal) => "\"0\"",
        _ => "\"1\"",
    };

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;

    private void Harvest(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    var parameter = s_shownAs.GetValueOrDefault(name, name);
                    if (value is JsonValue && _names.Contains(parameter))
                    {
                        Add(parameter, $"{value}");
                    }

                    Harvest(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Harvest(item);
                }

                break;
        }
    }

    private void AddAll(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Add(name, value);
        }
    }

    private void Add(string name, string value)
    {
        var some = _values.TryGetValue(name, out var found) ? found : _values[name] = [];
        if (value.Length > 0 && some.Count < PerNameMax && !some.Contains(value))
        {
            some.Add(value);
        }
    }
}
