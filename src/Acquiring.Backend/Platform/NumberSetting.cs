using System.Globalization;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Platform;

/// <summary>A whole number that an operator may set.</summary>
internal static class NumberSetting
{
    /// <exception cref="RefusedException">It is set, and is no number in range: the host does not start with a guess.</exception>
    public static int Read(IConfiguration configuration, string key, int min, int max, int otherwise)
    {
        if (configuration[key] is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new RefusedException(Refusal.Of(
                RefusalKind.Unavailable, "platform.bad-setting", new("setting", key), new("value", text), new("min", $"{min}"), new("max", $"{max}")));
    }
}
