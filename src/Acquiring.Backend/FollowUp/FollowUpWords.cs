using Acquiring.Core.FollowUp;
using Acquiring.Core.Merchants;

namespace Acquiring.Backend.FollowUp;

/// <summary>The words that rows have for the values of Core, both ways.</summary>
internal static class FollowUpWords
{
    /// <summary>Who did what the night did.</summary>
    public const string Night = "night";

    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<FollowUpKind>().Select(MerchantRefusals.Word)];

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<FollowUpState>().Select(MerchantRefusals.Word)];

    public static string Of<T>(T value)
        where T : struct, Enum => MerchantRefusals.Word(value);

    public static T Read<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}
