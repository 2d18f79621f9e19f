using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.Client;

/// <summary>What is sent with a clearing file.</summary>
public sealed record ClearingUploadRequest(string Path, DateOnly? Date, string? Channel, long? Lines, long? GrossFen);

/// <summary>How far an upload is, as the host sees it.</summary>
public readonly record struct UploadProgress(long DoneBytes, long TotalBytes, long Lines, long LinesPerSecond);

/// <summary>
/// Streams one clearing file to the host. A host that refuses in the middle closes the connection while we still send; the operation,
/// whose id we made, then tells why.
/// </summary>
public static class ClearingUpload
{
    private const int AskAgainMilliseconds = 200;
    private const int AskForOutcomeTriesMax = 50;

    /// <exception cref="RefusedException">The file cannot be read.</exception>
    /// <exception cref="ApiProblemException">The host refuses it.</exception>
    /// <exception cref="ConnectionLostException">The outcome is unknown; send it again.</exception>
    public static async Task<ClearingFileAnswer> SendAsync(
        ApiClient client, ClearingUploadRequest request, TimeProvider clock, Action<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        var operationId = Guid.CreateVersion7(clock.GetUtcNow());
        var address = AddressOf(request, operationId);
        LocalFiles.Check(request.Path);

        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var follower = progress is null ? Task.CompletedTask : FollowAsync(client, operationId, progress, following.Token);
        try
        {
            var answer = await client.SendAsync(() => Message(address, request.Path), cancellationToken);
            return answer.Deserialize<ClearingFileAnswer>(PlatformJson.Options)!;
        }
        catch (ConnectionLostException e)
        {
            return await OutcomeAsync(client, operationId, e, cancellationToken);
        }
        finally
        {
            await following.CancelAsync();
            await follower;
        }
    }

    private static string AddressOf(ClearingUploadRequest request, Guid operationId)
    {
        var address = $"clearing-files?name={Uri.EscapeDataString(Path.GetFileName(request.Path))}&operationId={operationId}";
        if (request.Date is { } date)
        {
            address += $"&date={date:yyyy-MM-dd}";
        }

        if (request.Channel is { } channel)
        {
            address += $"&channel={Uri.EscapeDataString(channel)}";
        }

        if (request.Lines is { } lines)
        {
            address += $"&lines={lines.ToString(CultureInfo.InvariantCulture)}";
        }

        return request.GrossFen is { } gross ? $"{address}&grossFen={gross.ToString(CultureInfo.InvariantCulture)}" : address;
    }

    private static HttpRequestMessage Message(string address, string path)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FileContent(path) };
        // Refused before it is read, a file need not be sent.
        message.Headers.ExpectContinue = true;
        return message;
    }

    private static async Task FollowAsync(ApiClient client, Guid operationId, Action<UploadProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(AskAgainMilliseconds, cancellationToken);
                if (await FindAsync(client, operationId, cancellationToken) is { } now)
                {
                    progress(new UploadProgress(now.DoneBytes, now.TotalBytes ?? 0, now.Lines, now.LinesPerSecond));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionLostException or ApiProblemException)
        {
            // Progress is a courtesy; the upload itself tells what goes wrong.
        }
    }

    private static async Task<ClearingFileAnswer> OutcomeAsync(
        ApiClient client, Guid operationId, ConnectionLostException lost, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AskForOutcomeTriesMax; attempt++)
        {
            // Throws the same when the host is gone: then the whole act is sent again.
            var now = await FindAsync(client, operationId, cancellationToken);
            switch (now)
            {
                case null or { State: OperationState.Cancelled }:
                    throw lost;
                case { State: OperationState.Failed, Problem: { } problem }:
                    throw new ApiProblemException(problem);
                case { State: OperationState.Succeeded, Result: JsonElement result }:
                    return result.Deserialize<ClearingFileAnswer>(PlatformJson.Options)!;
                default:
                    await Task.Delay(AskAgainMilliseconds, cancellationToken);
                    break;
            }
        }

        throw lost;
    }

    private static async Task<OperationAnswer?> FindAsync(ApiClient client, Guid operationId, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetAsync($"operations/{operationId}", cancellationToken)).Deserialize<OperationAnswer>(PlatformJson.Options);
        }
        catch (ApiProblemException e) when (e.Code == "operation.unknown")
        {
            return null;
        }
    }
}
