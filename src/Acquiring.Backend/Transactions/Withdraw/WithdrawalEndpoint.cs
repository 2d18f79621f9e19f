using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Transactions.Withdraw;

/// <param name="Reason">Why the file was wrong; kept in the audit.</param>
public sealed record WithdrawalRequest(string? Reason = null);

internal static class WithdrawalEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/clearing-files/{fileId:int}/withdrawal", async (
                int fileId, WithdrawalRequest? request, WithdrawFile withdraw, CancellationToken cancellationToken) =>
            (await withdraw.RunAsync(fileId, request?.Reason ?? "", Actors.Operator, cancellationToken)).ToHttp())
            .WithTags("Clearing files")
            .WithName("withdrawClearingFile")
            .WithSummary("Undo a wrong file by reversing rows; nothing is deleted, and a repetition changes nothing")
            .Produces<WithdrawalReport>().ProducesProblem(StatusCodes.Status404NotFound);
}
