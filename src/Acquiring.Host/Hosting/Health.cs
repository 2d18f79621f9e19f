using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Host.Hosting;

/// <summary>Live: the process answers. Ready: the database answers too, and in a cluster the silo is an active member; the host listens only after its migrations are done.</summary>
internal static class Health
{
    private const int ProbeTimeoutSeconds = 5;

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health");
        group.MapGet("/live", () => Results.Ok(new HealthAnswer("live", ApiDocument.Version)))
            .WithName("live").WithSummary("Whether the process answers").Produces<HealthAnswer>();
        group.MapGet("/ready", Ready)
            .WithName("ready").WithSummary("Whether the database answers and is migrated").Produces<HealthAnswer>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Ready(
        NpgsqlDataSource database, IHostRuntime runtime, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (await runtime.WhyNotReadyAsync(services) is { } reason)
        {
            return ProblemResults.Of(reason);
        }

        try
        {
            await using var command = database.CreateCommand("select 1");
            command.CommandTimeout = ProbeTimeoutSeconds;
            await command.ExecuteScalarAsync(cancellationToken);
            return Results.Ok(new HealthAnswer("ready", ApiDocument.Version));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return ProblemResults.Of(FailureHandler.RefusalOf(e) ?? Refusal.Of(RefusalKind.Unavailable, "platform.database-unavailable"));
        }
    }
}

/// <summary>How the host is.</summary>
public sealed record HealthAnswer(string Status, string Version);
