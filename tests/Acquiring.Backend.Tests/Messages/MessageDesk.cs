using System.Text.Json.Nodes;
using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Messages.Sending;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

/// <summary>The gateway's bank, whose messages go where the test says. Rounds are the test's. It is noon of 2026-11-22.</summary>
internal sealed class MessageDesk : IAsyncDisposable
{
    public const string Restrict = """{"scopes":["qr","refunds"],"why":"Chargebacks.","cure":"A visit."}""";

    private readonly Gateway _gateway;
    private readonly string _directory;

    private MessageDesk(Gateway gateway, string directory) => (_gateway, _directory) = (gateway, directory);

    public TestBank Bank => _gateway.Bank;

    public TestApi Api => _gateway.Api;

    public static async Task<MessageDesk> OpenAsync(TestCluster cluster, params (string Name, string Value)[] settings)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"messages-{Guid.CreateVersion7()}");
        return new(
            await Gateway.OpenAsync(cluster, bank => TestApi.StartAsync(
                bank, null, [("Messages:Directory", directory), .. settings])),
            directory);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    public Task<Answer> ActAsync(string act, string body, int version, string? key = null) => _gateway.ActAsync(act, body, version, key);

    public Task<Answer> ContactAsync(string contact, int version = 0, string path = $"merchants/{Gateway.MerchantNo}", string? key = null) =>
        Api.PutAsync($"{path}/contact", contact, "en", key is null ? [("If-Match", $"\"{version}\"")] : [("If-Match", $"\"{version}\""), ("Idempotency-Key", key)]);

    /// <summary>Composes all that is committed, and sends what is due.</summary>
    public async Task RoundAsync()
    {
        await ComposeAsync();
        await SendAsync();
    }

    /// <summary>The oldest transaction of the whole server bounds what may be read, and other tests have theirs on it.</summary>
    public async Task ComposeAsync()
    {
        var compose = Api.Services.GetRequiredService<ComposeMessages>();
        await compose.RunAsync(CancellationToken.None);
        while (await Bank.ScalarAsync<bool>("select exists (select from outbox_event e, outbox_reader r where r.reader = 'messages' and e.xid >= r.upto and e.outbox_event_id > r.read_before)"))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            await compose.RunAsync(CancellationToken.None);
        }
    }

    public async Task SendAsync()
    {
        var send = Api.Services.GetRequiredService<SendMessages>();
        await send.StartAsync(CancellationToken.None);
        await send.EndAsync();
    }

    /// <summary>Another process on the same database.</summary>
    public SendMessages AnotherProcess() => ActivatorUtilities.CreateInstance<SendMessages>(Api.Services);

    public async Task<IReadOnlyList<JsonNode>> LogAsync(string query = "") => (await Api.GetAsync($"messages{query}")).Items;

    /// <summary>Kind and state of each, the first one first.</summary>
    public async Task<IReadOnlyList<string>> StatesAsync(string query = "") =>
        [.. (await LogAsync(query)).Reverse().Select(m => $"{m["template"]} {m["state"]}")];

    public Task<Answer> ResendAsync(string id, int version, string? key = null) => Api.PostAsync(
        $"messages/{id}/resend", "", "en", key is null ? [("If-Match", $"\"{version}\"")] : [("If-Match", $"\"{version}\""), ("Idempotency-Key", key)]);

    /// <summary>What the file gateway wrote, e-mails before short messages.</summary>
    public IReadOnlyList<string> Files() =>
        Directory.Exists(_directory) ? [.. Directory.GetFiles(_directory).OrderBy(Path.GetExtension, StringComparer.Ordinal).Select(File.ReadAllText)] : [];

    public Task BooksShouldBeInOrderAsync() => _gateway.BooksShouldBeInOrderAsync();

    /// <summary>Messages to the merchant's phone: a restriction each.</summary>
    public async Task RestrictAsync(int times = 1)
    {
        await ContactAsync("""{"phone":"13907970001"}""");
        for (var version = 1; version <= times; version++)
        {
            (await ActAsync("restrict", Restrict, version)).Status.ShouldBe(200);
        }
    }
}
