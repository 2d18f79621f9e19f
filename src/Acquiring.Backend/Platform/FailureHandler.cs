using System.Net.Sockets;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;
using Orleans.Storage;

namespace Acquiring.Backend.Platform;

/// <summary>
/// What an exception becomes: a refusal carried by one is a refusal; a request that cannot be read is 400; an outage is 503 with
/// Retry-After; anything else is a bug, told to the log and, without its inside, to the caller (500).
/// </summary>
public sealed partial class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // Nobody is left to answer; 499 is what proxies write in their log for it.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (RefusalOf(exception) is { } refusal)
        {
            if (refusal.Kind == RefusalKind.Unavailable)
            {
                LogOutage(exception, httpContext.Request.Method, httpContext.Request.Path, refusal.Code);
            }

            await ProblemResults.Of(refusal).ExecuteAsync(httpContext);
            return true;
        }

        LogBug(exception, httpContext.Request.Method, httpContext.Request.Path, httpContext.TraceIdentifier);
        await BugResult.WriteAsync(httpContext);
        return true;
    }

    /// <summary>The refusal an exception stands for; <c>null</c> for a bug.</summary>
    public static Refusal? RefusalOf(Exception exception) => exception switch
    {
        RefusedException refused => refused.Refusal,
        BadHttpRequestException bad => RequestRefusals.Of(bad),
        // A text that came with the request and that no column can hold.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } => Refusal.Of(RefusalKind.Invalid, "request.bad-text"),
        OrleansException { InnerException: PostgresException
            { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } inner } => RefusalOf(inner),
        // The grain's process died or is overwhelmed, or another activation wrote before this one: called again, the grain comes up where it
        // can and reads the truth.
        OrleansMessageRejectionException or LimitExceededException or InconsistentStateException =>
            Refusal.Of(RefusalKind.Unavailable, "platform.grain-unavailable"),
        _ when IsOutage(exception) => Refusal.Of(RefusalKind.Unavailable, "platform.database-unavailable"),
        _ => null,
    };

    private static bool IsOutage(Exception exception) => exception switch
    {
        // The administrator stops the server (57P01, 57P02), this process stood still in a transaction (25P03) or without one (57P05), or a statement ran out of time (57014): the same call may succeed later.
        PostgresException postgres => postgres.IsTransient || postgres.SqlState is "57P01" or "57P02" or "25P03" or "57P05" or "57014",
        NpgsqlException => true,
        TimeoutException or SocketException => true,
        // A grain's storage failure arrives wrapped, as in Orleans.
        OrleansException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path}: outage, answered with {Code}")]
    private partial void LogOutage(Exception exception, string method, string path, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: a bug, request {RequestId}")]
    private partial void LogBug(Exception exception, string method, string path, string requestId);
}
