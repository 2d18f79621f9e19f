using Acquiring.Backend.Tests.Transactions.Online;

namespace Acquiring.Backend.Tests.Terminals.Plates;

/// <summary>Acts on QR plates of the gateway's bank, over HTTP.</summary>
internal static class PlateDesk
{
    public const string Reason = """{"reason":"broken"}""";

    /// <summary>Their terminal numbers.</summary>
    public static async Task<string[]> IssueAsync(this Gateway gateway, int count)
    {
        var answer = await gateway.Api.PostAsync("qr-plates", $$"""{"count":{{count}}}""");
        answer.Status.ShouldBe(200, answer.Json.ToJsonString());
        return [.. answer.Json["plates"]!.AsArray().Select(p => $"{p!["terminalNo"]}")];
    }

    public static Task<Answer> PlateAsync(
        this Gateway gateway, string plate, string act, string body, int version, string? key = null, string language = "en")
    {
        (string, string)[] headers = key is null ? [("If-Match", $"\"{version}\"")] : [("If-Match", $"\"{version}\""), ("Idempotency-Key", key)];
        return gateway.Api.PostAsync($"qr-plates/{plate}/{act}", body, language, headers);
    }

    /// <summary>One plate at the gateway's merchant, at version 3.</summary>
    public static async Task<string> HandedOutAsync(this Gateway gateway)
    {
        var no = (await gateway.IssueAsync(1))[0];
        (await gateway.PlateAsync(no, "bind", MachineDesk.Assign(), 1)).Status.ShouldBe(200);
        (await gateway.PlateAsync(no, "hand-out", "{}", 2)).Status.ShouldBe(200);
        return no;
    }

    public static string Sale(string plate, int stan, string at = "2026-11-22T12:00:00+08:00") =>
        Gateway.Notice("sale", stan, 10_000, plate, at: at, payType: "qr", reference: $"Q{stan:D11}");
}
