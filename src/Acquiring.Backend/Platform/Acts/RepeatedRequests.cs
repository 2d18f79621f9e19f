using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// Gives every operation that changes something an <c>Idempotency-Key</c>: the same request under the same key is done once and answered
/// the same; another request under it is refused (422); one that is still under way is told so (409).
/// </summary>
/// <remarks>
/// Acts that read the key themselves keep it in their own transaction and are let through. The others may be done again by their nature
/// (a client-made id, a key of the transaction, the content of a file), so that what a crash left between the act and its record is
/// finished by the repetition: it finds the act done and records the same answer. Only what was done is kept; a refused request may be
/// tried again under its key.
/// </remarks>
public sealed partial class RepeatedRequests(RequestDelegate next, RequestClaims claims, PersonalDataProtector protector, ILogger<RepeatedRequests> log)
{
    private const int BodyBytesInMemory = 64 << 10;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var given = request.Headers[IdempotencyKey.Header];
        return given.Count > 0 && Changes(request.Method) && context.GetEndpoint() is { } endpoint && !ReadsItsKey(endpoint)
            ? RunAsync(context, given.ToString())
            : next(context);
    }

    private static bool Changes(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private static bool ReadsItsKey(Endpoint endpoint) => endpoint.Metadata.GetMetadata<MethodInfo>() is { } handler
        && handler.GetParameters().Any(p => p.GetCustomAttribute<FromHeaderAttribute>()?.Name == IdempotencyKey.Header);

    private async Task<byte[]> FingerprintAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString} {request.Headers[HeaderNames.IfMatch]}\n"));
        // A large body waits in a file meanwhile: it cannot be judged before its end.
        request.EnableBuffering(BodyBytesInMemory);
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            sum.AppendData(buffer.AsSpan(0, read));
        }

        request.Body.Position = 0;
        // Keyed, since what a body says may be few enough to guess.
        return protector.Mark(MarkPurposes.Request, Convert.ToHexString(sum.GetHashAndReset()));
    }

    private async Task RunAsync(HttpContext context, string text)
    {
        if (IdempotencyKey.Check(text) is { } bad)
        {
            await ProblemResults.Of(bad).ExecuteAsync(context);
            return;
        }

        var fingerprint = await FingerprintAsync(context.Request, context.RequestAborted);
        var taken = await claims.TakeAsync(Actors.Operator, text, fingerprint, context.RequestAborted);
        if (taken.Refusal is { } refusal)
        {
            await ProblemResults.Of(refusal).ExecuteAsync(context);
            return;
        }

        if (taken.Value.Answered is { } answered)
        {
            await answered.WriteAsync(context.Response);
            return;
        }

        await DoAsync(context, taken.Value.Claim!);
    }

    private async Task DoAsync(HttpContext context, RequestClaim claim)
    {
        var direct = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var held = new HeldBody(direct.Stream, AnsweredRequest.BodyBytesMax);
        var holding = new StreamResponseBodyFeature(held);
        context.Features.Set<IHttpResponseBodyFeature>(holding);
        await using var renewal = claims.KeepRenewed(claim);
        try
        {
            await next(context);
            await holding.CompleteAsync();
            if (context.Response.StatusCode is >= 200 and < 300 && held.Held is { } bytes)
            {
                await claims.AnswerAsync(claim, AnsweredRequest.Of(context.Response, bytes), CancellationToken.None);
            }
            else
            {
                await claims.GiveUpAsync(claim, CancellationToken.None);
            }
        }
        catch
        {
            context.Features.Set(direct);
            await TryGiveUpAsync(claim);
            throw;
        }

        context.Features.Set(direct);
        await held.PassOnAsync(context.RequestAborted);
    }

    /// <summary>What went wrong is told, not that its claim stays some seconds longer.</summary>
    private async Task TryGiveUpAsync(RequestClaim claim)
    {
        try
        {
            await claims.GiveUpAsync(claim, CancellationToken.None);
        }
        catch (Exception failure) when (FailureHandler.RefusalOf(failure) is not null)
        {
            LogClaimStays(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A failed request's key could not be given up; it is free again when its claim ends")]
    private partial void LogClaimStays(Exception failure);
}
