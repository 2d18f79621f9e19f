using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Backend.Night;

/// <summary>Whether nights are asked for by the server itself.</summary>
/// <param name="From">
/// The first business date whose night the server asks for by itself; <c>null</c>: people ask. It is a setting, not the first file's date: a
/// bank that loads its past reads files in any order, and a date that closes by itself too early would push their lines to the next one.
/// </param>
/// <param name="AtHour">Of the morning after the business date, China time, 0 to 23.</param>
public sealed record NightOptions(DateOnly? From, int AtHour)
{
    /// <exception cref="RefusedException">A setting that cannot be meant: the host does not start with a guess.</exception>
    public static NightOptions Of(IConfiguration configuration) => new(
        configuration["Night:From"] is { Length: > 0 } from
            ? DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new RefusedException(Refusal.Of(RefusalKind.Unavailable, "night.bad-from", new Detail("value", from)))
            : null,
        NumberSetting.Read(configuration, "Night:AtHour", 0, 23, otherwise: 3));
}
