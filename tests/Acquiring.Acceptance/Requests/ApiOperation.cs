using System.Text;
using System.Text.Json.Nodes;

namespace Acquiring.Acceptance.Requests;

/// <summary>One operation of the OpenAPI document.</summary>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Example">The body to begin with, when it takes JSON.</param>
public sealed record ApiOperation(string Id, HttpMethod Method, string Path, IReadOnlyList<JsonObject> Parameters, JsonNode? Example, JsonNode Description)
{
    private static readonly string[] s_methods = ["get", "put", "post", "delete", "patch"];

    public bool Changes => Method == HttpMethod.Post || Method == HttpMethod.Put || Method == HttpMethod.Patch;

    public bool NeedsVersion => Parameters.Any(p => $"{p["name"]}" == "If-Match");

    public static async Task<(JsonNode Document, IReadOnlyList<ApiOperation> Operations)> ReadAsync(HttpClient http)
    {
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("swagger/v1/swagger.json", UriKind.Relative)))!;
        var operations = new List<ApiOperation>();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            var shared = item!["parameters"]?.AsArray() ?? [];
            foreach (var (method, operation) in item.AsObject().Where(o => s_methods.Contains(o.Key)))
            {
                operations.Add(new(
                    $"{operation!["operationId"]}", HttpMethod.Parse(method.ToUpperInvariant()), path,
                    [.. shared.Concat(operation["parameters"]?.AsArray() ?? []).Select(p => p!.AsObject())],
                    operation["requestBody"]?["content"]?["application/json"]?["example"], operation));
            }
        }

        return (document, operations);
    }

    /// <param name="values">Of its path's parameters, by name.</param>
    public HttpRequestMessage Request(Func<string, string> values, string? body, string? ifMatch = null, string? key = null, string query = "")
    {
        var path = new StringBuilder(Path.TrimStart('/'));
        foreach (var name in Parameters.Where(p => $"{p["in"]}" == "path").Select(p => $"{p["name"]}"))
        {
            path.Replace($"{{{name}}}", Uri.EscapeDataString(values(name)));
        }

        var request = new HttpRequestMessage(Method, new Uri(path.Append(query).ToString(), UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return request;
    }
}
