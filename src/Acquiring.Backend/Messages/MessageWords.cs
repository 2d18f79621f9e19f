using System.Text.Json;

namespace Acquiring.Backend.Messages;

/// <summary>The words of states, channels and outcomes, as they are stored and shown: the name in camel case.</summary>
internal static class MessageWords
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static T Read<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}
