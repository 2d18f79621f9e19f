using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Webhooks;

/// <summary>Why a webhook is not made or changed.</summary>
public static class WebhookRefusals
{
    public static Refusal Unknown(Guid webhookId) => Refusal.Of(RefusalKind.NotFound, "webhook.unknown", new Detail("webhook", $"{webhookId}"));

    public static Refusal IdMissing => Refusal.Of(RefusalKind.Invalid, "webhook.id-missing");

    public static Refusal BadUrl(int max) => Refusal.Of(RefusalKind.Invalid, "webhook.url", new Detail("max", $"{max}"));

    public static Refusal CardInUrl => Refusal.Of(RefusalKind.Invalid, "webhook.card-in-text", new Detail("field", "url"));

    public static Refusal BadType(string type) => Refusal.Of(RefusalKind.Invalid, "webhook.type", new Detail("type", type.Length > 60 ? type[..60] : type));

    public static Refusal TooMany(int max) => Refusal.Of(RefusalKind.Conflict, "webhook.too-many", new Detail("max", $"{max}"));

    public static Refusal Differs(Guid webhookId) => Refusal.Of(RefusalKind.Rule, "webhook.differs", new Detail("webhook", $"{webhookId}"));

    public static Refusal IllegalStep(string act, string state, string legal) => Refusal.Of(
        RefusalKind.Conflict, "webhook.illegal-step", new Detail("act", act), new Detail("state", state), new Detail("legal", legal));

    public static Refusal BadReplay => Refusal.Of(RefusalKind.Invalid, "webhook.replay-range");
}
