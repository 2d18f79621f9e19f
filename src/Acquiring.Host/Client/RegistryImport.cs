using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform.Operations;

namespace Acquiring.Host.Client;

/// <summary>Which registry files to send, and how they are to be taken.</summary>
public sealed record RegistryImportRequest(
    string? Branches, string? Merchants, string? Terminals, bool DryRun, bool GoodRowsOnly, DateOnly? EffectiveOn);

/// <summary>Sends the registry's files as one form: they name each other, so they are judged together.</summary>
public static class RegistryImport
{
    public static Task<JsonNode> SendAsync(
        ApiClient client, RegistryImportRequest request, TimeProvider clock, Action<OperationAnswer>? progress, CancellationToken cancellationToken)
    {
        var operationId = Guid.CreateVersion7(clock.GetUtcNow());
        var address = $"registry-imports?dryRun={(request.DryRun ? "true" : "false")}&goodRowsOnly={(request.GoodRowsOnly ? "true" : "false")}&operationId={operationId}";
        if (request.EffectiveOn is { } effectiveOn)
        {
            address += $"&effectiveOn={effectiveOn:yyyy-MM-dd}";
        }

        (string Part, string? Path)[] parts = [("branches", request.Branches), ("merchants", request.Merchants), ("terminals", request.Terminals)];
        foreach (var (_, path) in parts)
        {
            if (path is not null)
            {
                LocalFiles.Check(path);
            }
        }

        return OperationFollower.WhileAsync(
            client, operationId, progress,
            () => client.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, address) { Content = FormOf(parts) }, cancellationToken), cancellationToken);
    }

    private static MultipartFormDataContent FormOf(IEnumerable<(string Part, string? Path)> parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (part, path) in parts)
        {
            if (path is not null)
            {
                var content = new FileContent(path);
                content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
                form.Add(content, part, Path.GetFileName(path));
            }
        }

        return form;
    }
}
