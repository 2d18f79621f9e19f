using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals;

public sealed class KeepDeviceContact(TestCluster cluster)
{
    private const string Stored = "select payload->'lastContact'->>'firmware' || ' v' || version from grain_state where grain_key = 't:10000001'";

    [Fact]
    public async Task Contacts_are_told_at_once_and_stored_once_in_thirty_seconds()
    {
        await using var bank = await OpenAsync();
        await using var api = await TestApi.StartAsync(bank);
        await api.PostAsync("terminals/10000001/contacts", """{"firmware": "N86-1.0", "signalPercent": 70}""");
        await api.PostAsync("terminals/10000001/contacts", """{"firmware": "N86-1.1", "signalPercent": 80}""");
        var answer = await api.GetAsync("terminals/10000001");
        $"{answer.Json["lastContact"]!["firmware"]} {answer.Json["lastContact"]!["signalPercent"]}".ShouldBe("N86-1.1 80");
        (await bank.ScalarAsync<long>("select count(*) from grain_state")).ShouldBe(0);

        bank.Clock.Advance(TimeSpan.FromSeconds(31));
        // The tick is a turn of its own; a call behind it comes after it.
        await api.GetAsync("terminals/10000001");
        (await bank.ScalarAsync<string>(Stored)).ShouldBe("N86-1.1 v1");
    }

    [Fact]
    public async Task A_stopping_host_stores_what_is_not_yet_stored_and_the_next_reads_it()
    {
        await using var bank = await OpenAsync();
        await using (var api = await TestApi.StartAsync(bank))
        {
            await api.PostAsync("terminals/10000001/contacts", """{"firmware": "N86-1.0"}""");
            await api.StopAsync();
        }

        (await bank.ScalarAsync<string>(Stored)).ShouldBe("N86-1.0 v1");
        await using var next = await TestApi.StartAsync(bank);
        $"{(await next.GetAsync("terminals/10000001")).Json["lastContact"]!["firmware"]}".ShouldBe("N86-1.0");
    }

    [Theory]
    [InlineData("""{"firmware": ""}""", "terminal.contact.firmware")]
    [InlineData("""{"signalPercent": 5}""", "terminal.contact.firmware")]
    [InlineData("""{"firmware": "v 6222021234567890128"}""", "terminal.contact.firmware")]
    [InlineData("""{"firmware": "1", "signalPercent": 101}""", "terminal.contact.signal")]
    [InlineData("""{"firmware": "1", "signalPercent": -1}""", "terminal.contact.signal")]
    public async Task Nonsense_is_refused(string body, string code)
    {
        await using var bank = await OpenAsync();
        await using var api = await TestApi.StartAsync(bank);
        (await api.PostAsync("terminals/10000001/contacts", body)).Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task An_unknown_terminal_is_not_found_and_keeps_nothing()
    {
        await using var bank = await OpenAsync();
        await using var api = await TestApi.StartAsync(bank);
        (await api.PostAsync("terminals/99999999/contacts", """{"firmware": "1"}""")).Text("code").ShouldBe("terminal.unknown");
        (await api.GetAsync("terminals/99999999")).Status.ShouldBe(404);
        await api.StopAsync();
        (await bank.ScalarAsync<long>("select count(*) from grain_state")).ShouldBe(0);
    }

    private async Task<TestBank> OpenAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360758120001"));
        return bank;
    }
}
