using Acquiring.Core.Alarms;
using Acquiring.Core.Merchants;

namespace Acquiring.Backend.Alarms;

/// <summary>The words that rows have for the values of Core, both ways.</summary>
internal static class AlarmWords
{
    private static readonly string[] s_kinds = [.. Enum.GetValues<AlarmKind>().Select(MerchantRefusals.Word)];
    private static readonly string[] s_severities = [.. Enum.GetValues<AlarmSeverity>().Select(MerchantRefusals.Word)];

    public static IReadOnlyList<string> Kinds => s_kinds;

    public static IReadOnlyList<string> Severities => s_severities;

    public static IReadOnlyList<string> States { get; } = ["open", "acknowledged", "ended"];

    public static string Of(AlarmKind kind) => s_kinds[(int)kind - 1];

    public static string Of(AlarmSeverity severity) => s_severities[(int)severity - 1];

    public static AlarmKind Kind(string word) => (AlarmKind)(Array.IndexOf(s_kinds, word) + 1);
}
