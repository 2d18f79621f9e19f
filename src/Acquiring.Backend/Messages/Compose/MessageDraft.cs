using System.Globalization;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Messages.Compose;

/// <summary>Something to tell somebody, before it is known where and in which language they are reached.</summary>
/// <param name="Matter">What it is about; told once to a party by a kind of message.</param>
/// <param name="Values">For the places of the wording, in the reader's language.</param>
internal sealed record MessageDraft(
    MessageKind Kind, string Matter, Party To, string? MerchantNo, long? EventId, Func<CultureInfo, IReadOnlyList<Detail>> Values)
{
    public static string HoldMatter(string merchantNo, int holdNo) => $"hold/{merchantNo}/{holdNo}";

    public static string FixesMatter(string applicationId, int version) => $"fixes/{applicationId}/{version}";

    public static string InstallMatter(string merchantNo) => $"install/{merchantNo}";

    public static string FollowUpMatter(string followUpId, int version) => $"follow-up/{followUpId}/{version}";

    public static string RecoverMatter(string terminalNo, int version) => $"recover/{terminalNo}/{version}";
}

/// <summary>An event that somebody may have to be told of.</summary>
internal sealed record ToldEvent(long EventId, string Type, string ObjectKey, int Version, DateTimeOffset At, System.Text.Json.Nodes.JsonNode Payload);
