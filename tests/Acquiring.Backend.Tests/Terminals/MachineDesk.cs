using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Transactions.Online;

namespace Acquiring.Backend.Tests.Terminals;

/// <summary>Acts on machines of the gateway's bank, over HTTP.</summary>
internal static class MachineDesk
{
    public static Task<Answer> ActOnAsync(
        this Gateway gateway, string terminal, string act, string body, int version, string? key = null, string language = "en")
    {
        (string, string)[] headers = key is null ? [("If-Match", $"\"{version}\"")] : [("If-Match", $"\"{version}\""), ("Idempotency-Key", key)];
        return gateway.Api.PostAsync($"terminals/{terminal}/{act}", body, language, headers);
    }

    /// <summary>Takes machines into stock; their terminal numbers.</summary>
    public static async Task<string[]> StockAsync(this Gateway gateway, params string[] serials)
    {
        var items = string.Join(',', serials.Select(s => $$"""{"serialNo":"{{s}}"}"""));
        var answer = await gateway.Api.PostAsync("terminal-stock-ins", $$"""{"model":"N86","items":[{{items}}]}""");
        answer.Status.ShouldBe(207, answer.Json.ToJsonString());
        return [.. answer.Items.Select(i => $"{i["terminalNo"]}")];
    }

    public static string Assign(string merchantNo = Gateway.MerchantNo, string address = "Hongqi Road 12") =>
        $$"""{"merchantNo":"{{merchantNo}}","installationAddress":"{{address}}"}""";

    public static async Task<JsonNode?> HolderAsync(this Gateway gateway, string terminal, string on) =>
        (await gateway.Api.GetAsync($"terminals/{terminal}/holder?on={on}")).Json["binding"];
}
