using System.Security.Cryptography;
using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Removal;

/// <summary>
/// Merchant 1 of <see cref="NightBank"/> has three more machines (10000003 to 5) that have been silent for more than twelve months, the later numbers
/// for longer. A branch proposes one machine a night. Merchant 2 has one machine, 20000001, as silent.
/// </summary>
internal static class RemovalBank
{
    public static async Task<NightBank> OpenAsync(TestCluster cluster, int budget = 1, bool second = false)
    {
        var night = await NightBank.OpenAsync(cluster);
        await night.Bank.ExecuteAsync($"insert into work_term values ('removalsPerNight', '360700', '2026-11-01', {budget}, 'test', 'test', 'test', now())");
        await night.Bank.TerminalAsync("10000003", 1, knownActivityOn: "2025-11-01");
        await night.Bank.TerminalAsync("10000004", 1, knownActivityOn: "2025-10-01");
        await night.Bank.TerminalAsync("10000005", 1, knownActivityOn: "2025-09-01");
        if (second)
        {
            await night.Bank.TerminalAsync("20000001", await night.Bank.MerchantAsync("102360758120002"), knownActivityOn: "2025-09-15");
        }

        await RunAsync(night, "2026-11-20");
        return night;
    }

    public static async Task RunAsync(NightBank night, string date)
    {
        (await night.AskAsync(date)).Status.ShouldBe(202);
        await night.WorkAsync();
    }

    public static Task<string> ToldAsync(NightBank night) => night.Bank.ScalarAsync<string>(
        "select string_agg(concat_ws(' ', t.terminal_no, r.state, r.rank, r.ended_why), ', ' order by t.terminal_no, r.round) from removal r join terminal t using (terminal_id)");

    public static Task<string> StateAsync(NightBank night, string no) => night.Bank.ScalarAsync<string>($"select state from terminal where terminal_no = '{no}'");

    public static async Task<long> IdAsync(NightBank night, string no) => await night.Bank.ScalarAsync<long>(
        $"select removal_id from removal r join terminal t using (terminal_id) where terminal_no = '{no}' order by round desc limit 1");

    public static async Task<Answer> ActAsync(NightBank night, string no, string act, string body, int version, string? key = null, string language = "en") =>
        await night.Api.PostAsync(
            $"removals/{await IdAsync(night, no)}/{act}", body, language, [("If-Match", $"\"{version}\""), .. key is null ? [] : new[] { ("Idempotency-Key", key) }]);

    /// <summary>Declares a photo and sends it in two chunks.</summary>
    public static async Task<Guid> PhotoAsync(NightBank night, string no, string kind)
    {
        var (id, removal) = (Guid.CreateVersion7(), await IdAsync(night, no));
        byte[] bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Enumerable.Range(0, 3_000).Select(i => (byte)(i % 251))];
        var declared = await night.Api.PostAsync(
            $"removals/{removal}/photos",
            $$"""{"documentId":"{{id}}","kind":"{{kind}}","name":"{{kind}}.png","sizeBytes":{{bytes.Length}},"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}","mediaType":"image/png"}""");
        declared.Status.ShouldBe(201);
        (await night.Api.PutBytesAsync($"removals/{removal}/photos/{id}/chunks/0", bytes[..2_000])).Status.ShouldBe(202);
        // Sent again from the middle: what is here is passed over.
        (await night.Api.PutBytesAsync($"removals/{removal}/photos/{id}/chunks/1000", bytes[1_000..])).Status.ShouldBe(201);
        return id;
    }
}
