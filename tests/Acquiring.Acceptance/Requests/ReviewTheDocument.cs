using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Acceptance.Running;

namespace Acquiring.Acceptance.Requests;

/// <summary>The OpenAPI document is a promise: it changes only when somebody has read the change.</summary>
public sealed class ReviewTheDocument
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_one_in_docs()
    {
        await using var site = new Site();
        var serving = await site.ServeAsync();
        var (document, _) = await ApiOperation.ReadAsync(serving.Http);
        // The version is that of the build.
        document["info"]!["version"] = "v1";
        var now = document.ToJsonString(s_json) + "\n";
        var kept = Path.Combine(RepositoryRoot(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("ACQUIRING_ACCEPT_DOCUMENT") == "1")
        {
            await File.WriteAllTextAsync(kept, now);
        }

        var before = File.Exists(kept) ? await File.ReadAllTextAsync(kept) : "";
        if (before != now)
        {
            var line = before.Split('\n').Zip(now.Split('\n')).TakeWhile(l => l.First == l.Second).Count();
            Assert.Fail(
                $"docs/openapi.json is not the document any more, from line {line + 1} on:\n  {before.Split('\n').ElementAtOrDefault(line)?.Trim()}\n"
                + $"  {now.Split('\n').ElementAtOrDefault(line)?.Trim()}\nRun this test with ACQUIRING_ACCEPT_DOCUMENT=1, read the difference, commit it.");
        }
    }

    [Fact]
    public async Task Every_operation_has_an_id_a_summary_an_example_and_its_problems()
    {
        await using var site = new Site();
        var serving = await site.ServeAsync();
        var (document, operations) = await ApiOperation.ReadAsync(serving.Http);
        operations.Count.ShouldBeGreaterThan(40);
        operations.Select(o => o.Id).ShouldBeUnique();
        var missing = new List<string>();
        foreach (var operation in operations)
        {
            Check(operation.Id.Length > 0, "operationId");
            Check($"{operation.Description["summary"]}".Length > 10, "summary");
            Check(operation.Description["responses"]!.AsObject().Any(r => r.Key[0] == '2'), "a good response");
            Check(operation.Description["responses"]!["503"] is not null, "503");
            if (operation.Parameters.Count > 0 && operation.Parameters.Any(p => $"{p["in"]}" is "path" or "query"))
            {
                Check(operation.Description["responses"]!.AsObject().Any(r => r.Key is "400" or "404"), "400 or 404");
            }

            foreach (var parameter in operation.Parameters)
            {
                Check($"{parameter["description"]}".Length > 0, $"a word about {parameter["name"]}");
            }

            if (operation.Description["requestBody"]?["content"]?["application/json"] is { } body)
            {
                Check(body["example"] is not null, "an example of its body");
            }

            if (operation.Changes)
            {
                Check(operation.Parameters.Any(p => $"{p["name"]}" == "Idempotency-Key"), "Idempotency-Key");
            }

            void Check(bool holds, string what)
            {
                if (!holds)
                {
                    missing.Add($"{operation.Id}: {what}");
                }
            }
        }

        missing.ShouldBeEmpty();
        document["components"]!["schemas"]!.AsObject().Count.ShouldBeGreaterThan(40);
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Acquiring.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
