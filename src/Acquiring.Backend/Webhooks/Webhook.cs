using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Webhooks;

/// <summary>Somebody who hears of what happens.</summary>
/// <param name="Types">Types of events, or an object and a star (<c>merchant.*</c>); empty is all.</param>
public sealed record Webhook(Guid WebhookId, string Url, IReadOnlyList<string> Types, WebhookState State, int Version, DateTimeOffset CreatedAt);

public enum WebhookState
{
    Active,

    /// <summary>Events wait.</summary>
    Paused,

    /// <summary>For good; what waits is not delivered.</summary>
    Removed,
}

/// <param name="WebhookId">Made by the client: the same request again changes nothing.</param>
/// <param name="Url">https, or http to this machine itself; at most 500 characters, without a name or password in it.</param>
/// <param name="Secret">Made by the client: <c>whsec_</c> and the base64 of 24 to 64 random bytes. It signs what is delivered and is never shown.</param>
/// <param name="Types">Which events, by type or by object (<c>merchant.*</c>); left out, all.</param>
public sealed record CreateWebhookRequest(Guid? WebhookId, string? Url, string? Secret, IReadOnlyList<string>? Types = null)
{
    private const int UrlLengthMax = 500;
    private const int TypesMax = 50;

    /// <summary>Refuses, in this order: the id, the address, the secret, the types.</summary>
    internal Refusal? Check(bool allowsHttp)
    {
        if (WebhookId is null || WebhookId == Guid.Empty)
        {
            return WebhookRefusals.IdMissing;
        }

        if (Url is null || Url.Length > UrlLengthMax || !Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.UserInfo.Length > 0
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (allowsHttp || address.IsLoopback))))
        {
            return WebhookRefusals.BadUrl(UrlLengthMax);
        }

        if (CardLikeText.HasBesideIds(Uri.UnescapeDataString(Url)))
        {
            return WebhookRefusals.CardInUrl;
        }

        return WebhookSignature.Key(Secret).Refusal
            ?? (Types is { Count: > TypesMax } ? WebhookRefusals.BadType($"{Types.Count}")
                : Types?.FirstOrDefault(t => t is null || !IsType(t)) is { } bad ? WebhookRefusals.BadType(bad)
                : null);
    }

    private static bool IsType(string type) => type.Split('.') is [var about, var what] && IsWord(about) && (what == "*" || IsWord(what));

    private static bool IsWord(string text) => text.Length is > 0 and <= 40 && text.All(char.IsAsciiLetter);
}
