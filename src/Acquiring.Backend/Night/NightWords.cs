using System.Text.Json;

namespace Acquiring.Backend.Night;

internal static class NightWords
{
    public static IReadOnlyList<string> Steps { get; } = [.. Enum.GetValues<NightStep>().Select(Of)];

    public static string Of(NightStep step) => JsonNamingPolicy.CamelCase.ConvertName($"{step}");

    public static NightStep? Find(string word) =>
        Enum.GetValues<NightStep>().Where(s => Of(s) == word).Select(s => (NightStep?)s).FirstOrDefault();
}
