using Acquiring.Backend.Platform;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Messages;

internal enum GatewayKind
{
    /// <summary>One file a message, for another program to fetch.</summary>
    File,

    Http,

    /// <summary>E-mail only.</summary>
    Smtp,
}

internal enum SmtpTls
{
    /// <summary>Plain until the server agrees to TLS; refused when it does not.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Implicit,

    /// <summary>Only towards this machine itself or in a network of one's own.</summary>
    None,
}

/// <param name="Idempotent">Whether it does a request that comes again under its <c>Idempotency-Key</c> once.</param>
/// <param name="Header">Carries the secret; never logged or shown.</param>
internal sealed record HttpGatewayOptions(Uri Url, bool Idempotent, string Header, string? Secret);

internal sealed record SmtpGatewayOptions(string Host, int Port, SmtpTls Tls, string? User, string? Password, string From);

/// <summary>What of messages belongs to the bank that runs it.</summary>
/// <param name="PollMilliseconds">How often new messages are looked for, 50 to 60,000.</param>
/// <param name="AnswerSecondsMax">How long a gateway may take, 1 to 60.</param>
/// <param name="GiveUpHours">A message that no gateway took meanwhile is not sent any more, 1 to 168.</param>
/// <param name="CodeMinutes">How long a one-time code is worth sending, 1 to 30.</param>
/// <param name="KeptDays">After it addresses and bodies are wiped, 30 to 3,650.</param>
/// <param name="Directory">Where the file gateway writes.</param>
/// <param name="TemplateDirectory">The bank's own wordings.</param>
/// <param name="Http">By channel; a channel that is in neither goes into files.</param>
internal sealed record MessageOptions(
    int PollMilliseconds, int AnswerSecondsMax, int GiveUpHours, int CodeMinutes, int KeptDays, string Directory, string? TemplateDirectory,
    IReadOnlyDictionary<MessageChannel, HttpGatewayOptions> Http, SmtpGatewayOptions? Smtp)
{
    public TimeSpan GiveUpAfter => TimeSpan.FromHours(GiveUpHours);

    public TimeSpan CodeLasts => TimeSpan.FromMinutes(CodeMinutes);

    /// <exception cref="RefusedException">A setting is missing or none: the host does not start with a guess.</exception>
    public static MessageOptions Of(IConfiguration configuration)
    {
        var allowsHttp = Flag(configuration, "Messages:AllowHttp");
        var http = new Dictionary<MessageChannel, HttpGatewayOptions>();
        SmtpGatewayOptions? smtp = null;
        foreach (var channel in Enum.GetValues<MessageChannel>())
        {
            var kind = OneOf(configuration, $"Messages:{channel}:Gateway", GatewayKind.File);
            if (kind == GatewayKind.Smtp && channel != MessageChannel.Email)
            {
                throw Bad($"Messages:{channel}:Gateway", "smtp", "file, http");
            }

            if (kind == GatewayKind.Http)
            {
                http.Add(channel, ReadHttp(configuration, channel, allowsHttp));
            }

            smtp = kind == GatewayKind.Smtp ? ReadSmtp(configuration) : smtp;
        }

        return new(
            NumberSetting.Read(configuration, "Messages:PollMilliseconds", 50, 60_000, otherwise: 1_000),
            NumberSetting.Read(configuration, "Messages:AnswerSecondsMax", 1, 60, otherwise: 15),
            NumberSetting.Read(configuration, "Messages:GiveUpHours", 1, 168, otherwise: 24),
            NumberSetting.Read(configuration, "Messages:CodeMinutes", 1, 30, otherwise: 5),
            NumberSetting.Read(configuration, "Messages:KeptDays", 30, 3_650, otherwise: 730),
            configuration["Messages:Directory"] ?? "messages", configuration["Messages:TemplateDirectory"], http, smtp);
    }

    private static HttpGatewayOptions ReadHttp(IConfiguration configuration, MessageChannel channel, bool allowsHttp)
    {
        var key = $"Messages:{channel}:Url";
        var text = Needed(configuration, key);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || allowsHttp))))
        {
            throw Bad(key, url is { UserInfo.Length: > 0 } ? "…" : text, "https://…");
        }

        var secret = configuration[$"Messages:{channel}:Secret"];
        if (secret is not null && secret.Any(c => c is < ' ' or > '~'))
        {
            throw Bad($"Messages:{channel}:Secret", "…", "ASCII");
        }

        var header = configuration[$"Messages:{channel}:Header"] ?? "Authorization";
        return header.Length > 0 && header.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? new(url, Flag(configuration, $"Messages:{channel}:Idempotent"), header, secret)
            : throw Bad($"Messages:{channel}:Header", header, "Authorization, X-Api-Key, …");
    }

    private static SmtpGatewayOptions ReadSmtp(IConfiguration configuration)
    {
        var tls = OneOf(configuration, "Messages:Email:Tls", SmtpTls.StartTls);
        var (user, password) = (configuration["Messages:Email:User"], configuration["Messages:Email:Password"]);
        if (user is null != password is null)
        {
            throw Bad(user is null ? "Messages:Email:User" : "Messages:Email:Password", "", "User + Password");
        }

        // A password is not sent where anybody on the way reads it.
        var host = Needed(configuration, "Messages:Email:Host");
        if (user is not null && tls == SmtpTls.None && host is not ("127.0.0.1" or "::1" or "localhost"))
        {
            throw Bad("Messages:Email:Tls", "none", "startTls, implicit");
        }

        var from = Needed(configuration, "Messages:Email:From");
        return ContactAddress.IsEmail(from)
            ? new(host, NumberSetting.Read(configuration, "Messages:Email:Port", 1, 65_535, tls == SmtpTls.Implicit ? 465 : 587), tls, user, password, from)
            : throw Bad("Messages:Email:From", from, "acquiring@bank.example");
    }

    private static string Needed(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : throw Bad(key, "", "…");

    private static T OneOf<T>(IConfiguration configuration, string key, T otherwise)
        where T : struct, Enum => configuration[key] switch
    {
        null => otherwise,
        var text when Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]) => value,
        var text => throw Bad(key, text, string.Join(", ", Enum.GetValues<T>().Select(MessageWords.Of))),
    };

    private static bool Flag(IConfiguration configuration, string key) => configuration[key]?.ToUpperInvariant() switch
    {
        null or "FALSE" => false,
        "TRUE" => true,
        _ => throw Bad(key, configuration[key]!, "true, false"),
    };

    private static RefusedException Bad(string key, string value, string possible) => new(MessageRefusals.BadSetting(key, value, possible));
}
