using System.Text.Json;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// The client's name for one request, made before its first send: the same request under the same key is done once and answered the same.
/// Crosses grains as it is.
/// </summary>
/// <param name="Fingerprint">
/// Of what was asked, so that a key used for something else is noticed. Keyed itself: names and positions can be guessed.
/// </param>
[GenerateSerializer]
public sealed record IdempotencyKey([property: Id(0)] string Text, [property: Id(1)] byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";
    public const int LengthMax = 128;

    // Enums as numbers: a word that a request left out is no value of its enum, and is refused later, by the act.
    private static readonly JsonSerializerOptions s_plain = new(JsonSerializerDefaults.Web);

    /// <summary><c>null</c> without the header: then a repetition is a request of its own.</summary>
    /// <param name="asked">All that makes the request what it is.</param>
    public static Result<IdempotencyKey?> Read(string? text, HttpRequest request, object asked)
    {
        if (text is null)
        {
            return (IdempotencyKey?)null;
        }

        if (Check(text) is { } bad)
        {
            return bad;
        }

        var protector = request.HttpContext.RequestServices.GetRequiredService<PersonalDataProtector>();
        return new IdempotencyKey(text, protector.Mark(MarkPurposes.Request, JsonSerializer.Serialize(
            new { request.Method, Path = request.Path.Value, Query = request.QueryString.Value, asked }, s_plain)));
    }

    /// <summary>Refuses, in this order: what is no key, and a card number, since keys are kept in clear.</summary>
    internal static Refusal? Check(string text) =>
        text.Length is 0 or > LengthMax || !text.All(c => c is > ' ' and <= '~') ? Bad
        : CardLikeText.HasBesideIds(text) ? Refusal.Of(RefusalKind.Invalid, "request.card-in-text", new Detail("field", Header))
        : null;

    private static Refusal Bad => Refusal.Of(RefusalKind.Invalid, "request.key-bad", new Detail("max", $"{LengthMax}"));

    internal static Refusal Reused(string key) => Refusal.Of(RefusalKind.Rule, "request.key-reused", new Detail("key", key));

    internal static Refusal UnderWay(string key) => Refusal.Of(RefusalKind.UnderWay, "request.key-under-way", new Detail("key", key));
}
