using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Messages;

/// <summary>Why a message is not sent again, a contact not kept, or the host not started.</summary>
internal static class MessageRefusals
{
    public static Refusal Unknown(string id) => Refusal.Of(RefusalKind.NotFound, "message.unknown", new Detail("message", Short(id)));

    public static Refusal NotAgain(MessageState state) =>
        Refusal.Of(RefusalKind.Conflict, "message.not-again", new Detail("state", MessageWords.Of(state)));

    public static Refusal Secret => Refusal.Of(RefusalKind.Conflict, "message.secret-not-again");

    public static Refusal Wiped => Refusal.Of(RefusalKind.Conflict, "message.wiped");

    public static Refusal StillNoAddress(string party, string key) => Refusal.Of(
        RefusalKind.Conflict, "message.still-no-address", new Detail("party", party), new Detail("key", key));

    public static Refusal NoContact(string party, string key) => Refusal.Of(
        RefusalKind.NotFound, "message.no-contact", new Detail("party", party), new Detail("key", Short(key)));

    public static Refusal BadPhone => Refusal.Of(RefusalKind.Invalid, "message.bad-phone");

    public static Refusal BadEmail => Refusal.Of(RefusalKind.Invalid, "message.bad-email");

    public static Refusal BadLanguage => Refusal.Of(RefusalKind.Invalid, "message.bad-language");

    public static Refusal BadSetting(string key, string value, string possible) => Refusal.Of(
        RefusalKind.Unavailable, "message.bad-setting", new Detail("setting", key.Replace(":", "__", StringComparison.Ordinal)), new Detail("value", value),
        new Detail("possible", possible));

    public static Refusal BadTemplate(string file, TemplateFault fault) => Refusal.Of(
        RefusalKind.Unavailable, fault.Code, new Detail("file", file), new Detail("line", $"{fault.Line}"), new Detail("place", fault.Found));

    public static Refusal UnknownTemplateFile(string file, IEnumerable<string> names) => Refusal.Of(
        RefusalKind.Unavailable, "message.template.unknown-file", new Detail("file", file), new Detail("known", string.Join(", ", names)));

    private static string Short(string text) => text.Length > 60 ? text[..60] : text;
}
