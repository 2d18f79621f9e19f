using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;

namespace Acquiring.Host.Client;

/// <summary>Asks after an operation while the request that does it is under way.</summary>
internal static class OperationFollower
{
    public const int AskAgainMilliseconds = 200;

    /// <summary>Runs the act, and tells meanwhile what the host says of the operation. Without a teller the host is asked nothing.</summary>
    public static async Task<T> WhileAsync<T>(
        ApiClient client, Guid operationId, Action<OperationAnswer>? tell, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var follower = tell is null ? Task.CompletedTask : FollowAsync(client, operationId, tell, following.Token);
        try
        {
            return await act();
        }
        finally
        {
            await following.CancelAsync();
            await follower;
        }
    }

    public static async Task<OperationAnswer?> FindAsync(ApiClient client, Guid operationId, CancellationToken cancellationToken)
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

    private static async Task FollowAsync(ApiClient client, Guid operationId, Action<OperationAnswer> tell, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(AskAgainMilliseconds, cancellationToken);
                if (await FindAsync(client, operationId, cancellationToken) is { } now)
                {
                    tell(now);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionLostException or ApiProblemException)
        {
            // Progress is a courtesy; the act itself tells what goes wrong.
        }
    }
}
