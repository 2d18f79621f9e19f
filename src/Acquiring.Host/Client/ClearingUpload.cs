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

        try
        {
            var answer = await OperationFollower.WhileAsync(
                client, operationId, progress is null ? null : now => progress(ProgressOf(now)),
                () => client.SendAsync(() => Message(address, request.Path), cancellationToken), cancellationToken);
            return answer.Deserialize<ClearingFileAnswer>(PlatformJson.Options)!;
        }
        catch (ConnectionLostException e)
        {
            return await OutcomeAsync(client, operationId, e, cancellationToken);
        }
    }

    private static UploadProgress ProgressOf(OperationAnswer now) => new(now.DoneBytes, now.TotalBytes ?? 0, now.Lines, now.LinesPerSecond);

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

    private static async Task<ClearingFileAnswer> OutcomeAsync(
        ApiClient client, Guid operationId, ConnectionLostException lost, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AskForOutcomeTriesMax; attempt++)
        {
            // Throws the same when the host is gone: then the whole act is sent again.
            var now = await OperationFollower.FindAsync(client, operationId, cancellationToken);
            switch (now)
            {
                case null or { State: OperationState.Cancelled }:
                    throw lost;
                case { State: OperationState.Failed, Problem: { } problem }:
                    throw new ApiProblemException(problem);
                case { State: OperationState.Succeeded, Result: JsonElement result }:
                    return result.Deserialize<ClearingFileAnswer>(PlatformJson.Options)!;
                default:
                    await Task.Delay(OperationFollower.AskAgainMilliseconds, cancellationToken);
                    break;
            }
        }

        throw lost;
    }
}
