using Acquiring.Backend.Platform;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Webhooks;

/// <param name="PollMilliseconds">How often new events are looked for, 50 to 60,000.</param>
/// <param name="AnswerSecondsMax">How long a receiver may take to answer, 1 to 60.</param>
/// <param name="AllowsHttp">Whether receivers on other machines may be addressed without TLS; only for a network of one's own.</param>
public sealed record WebhookOptions(int PollMilliseconds, int AnswerSecondsMax, bool AllowsHttp)
{
    public static WebhookOptions Of(IConfiguration configuration) => new(
        NumberSetting.Read(configuration, "Webhooks:PollMilliseconds", 50, 60_000, otherwise: 1_000),
        NumberSetting.Read(configuration, "Webhooks:AnswerSecondsMax", 1, 60, otherwise: 10),
        string.Equals(configuration["Webhooks:AllowHttp"], "true", StringComparison.OrdinalIgnoreCase));
}
