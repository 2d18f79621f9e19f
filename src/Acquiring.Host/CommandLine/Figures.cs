using System.Globalization;
using Acquiring.Backend.Platform;

namespace Acquiring.Host.CommandLine;

/// <summary>Numbers as people read them: yuan with two decimals, thousands apart. Machines get fen.</summary>
internal static class Figures
{
    public static string Yuan(long fen) => (fen / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture);

    public static string Yuan(this Money money) => Yuan(money.AmountFen);

    public static string Count(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";
}
