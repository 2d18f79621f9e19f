using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Messages.Contacts;

internal static class ContactEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/merchants/{key}/contact", PartyKind.Merchant, "Merchant", "a merchant", "Without one, the phone of its application is used. ");
        Map(routes, "/account-managers/{key}/contact", PartyKind.Manager, "AccountManager", "an account manager", "");
        Map(routes, "/branches/{key}/contact", PartyKind.Branch, "Branch", "a branch", "");
    }

    private static void Map(IEndpointRouteBuilder routes, string path, PartyKind kind, string name, string who, string fallback)
    {
        routes.MapGet(path, async (string key, HttpContext context, ContactStore contacts, CancellationToken cancellationToken) =>
                (await contacts.FindAsync(new(kind, key), cancellationToken)).ToHttp(c => Tagged(context, c)))
            .WithName($"get{name}Contact").WithTags("Messages").WithSummary($"Where {who} is reached, masked; the ETag is its version, 0 for none")
            .Produces<PartyContactAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPut(path, async (
                string key, SavePartyContactRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, ContactStore contacts,
                CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var read = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return read.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await contacts.SaveAsync(new(kind, key), request, version, Actors.Operator, read.Value, cancellationToken))
                        .ToHttp(c => Tagged(context, c));
            })
            .WithName($"set{name}Contact").WithTags("Messages").WithSummary($"Say where {who} is reached by short message and e-mail")
            .WithDescription(
                $"{fallback}All of it is replaced; what is left out is forgotten. Needs the ETag in If-Match, `\"0\"` the first time. A message " +
                "that had no address is sent when a person sends it again.")
            .Produces<PartyContactAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static IResult Tagged(HttpContext context, PartyContactAnswer contact)
    {
        context.Response.Headers.ETag = IfMatch.ETag(contact.Version);
        return Results.Ok(contact);
    }
}
