using System.Text.Json;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance;

/// <summary>The shipped samples and what is known to come of them.</summary>
public static class BankSamples
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    /// <summary>In date order.</summary>
    public static IReadOnlyList<FileOutcome> Files { get; } =
        [.. Expected.GetProperty("files").EnumerateObject().Select(file => Outcome(file.Name, file.Value))];

    public static IReadOnlyList<MerchantDay> Volumes { get; } =
        [.. Expected.GetProperty("merchant_volumes").EnumerateArray().Select(day => new MerchantDay(
                day.GetProperty("merchant_no").GetString()!, Date(day, "date"), Number(day, "sales"), Number(day, "net_fen"), Number(day, "fee_fen")))
            .OrderBy(day => day.MerchantNo, StringComparer.Ordinal).ThenBy(day => day.Date)];

    public static DateOnly IdleOn { get; } = Date(Expected, "idle_on");

    public static IReadOnlyList<IdleTerminal> Idle { get; } =
        [.. Expected.GetProperty("idle").EnumerateArray().Select(idle => new IdleTerminal(
            idle.GetProperty("terminal_no").GetString()!, idle.GetProperty("clock").GetString()!, Date(idle, "last_activity_on")))];

    public static string PathOf(string file) => Path.Combine(Directory, file);

    private static JsonElement Expected =>
        JsonDocument.Parse(File.ReadAllBytes(PathOf("expected.json"))).RootElement;

    private static FileOutcome Outcome(string name, JsonElement file) => new(
        name, Number(file, "posted"), Number(file, "duplicates"), Number(file, "held"), Number(file, "malformed"), Number(file, "sales"),
        Number(file, "refunds"), Number(file, "reversals"), Number(file, "gross_fen"), Number(file, "refund_fen"), Number(file, "fee_fen"),
        Number(file, "fee_differences"));

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static DateOnly Date(JsonElement of, string name) =>
        DateOnly.ParseExact(of.GetProperty(name).GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
