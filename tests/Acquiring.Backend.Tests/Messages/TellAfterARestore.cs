using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Backend.Webhooks;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

/// <summary>A database that was restored from a dump into another cluster, whose transactions are numbered from the beginning.</summary>
public sealed class TellAfterARestore(TestCluster cluster)
{
    private static readonly Guid s_webhook = Guid.Parse("0199f0c4-7a10-7000-8000-000000000011");

    [Fact]
    public async Task Merchants_hear_of_what_was_left_and_of_what_is_new_and_of_nothing_twice()
    {
        await using var desk = await MessageDesk.OpenAsync(cluster);
        await desk.RestrictAsync();
        await desk.ComposeAsync();
        await desk.ActAsync("restrict", MessageDesk.Restrict, 2);
        await AsOfAnotherClusterAsync(desk.Bank);
        await desk.ActAsync("restrict", MessageDesk.Restrict, 3);
        (await desk.Bank.ScalarAsync<long>("select count(*) from outbox_reader where upto > pg_snapshot_xmax(pg_current_snapshot())")).ShouldBe(2);
        await desk.RoundAsync();
        (await desk.LogAsync("?template=merchant-restricted")).Count.ShouldBe(3);
        await desk.ActAsync("restrict", MessageDesk.Restrict, 4);
        await desk.RoundAsync();
        (await desk.LogAsync("?template=merchant-restricted")).Count.ShouldBe(4);
        (await desk.Bank.ScalarAsync<long>("select count(*) from message where template = 'merchant-restricted' and state <> 'sent'")).ShouldBe(0);
    }

    [Fact]
    public async Task Webhooks_hear_of_what_was_left_and_of_what_is_new()
    {
        await using var gateway = await Gateway.OpenAsync(cluster, bank => TestApi.StartAsync(bank));
        await using var receiver = await Webhooks.Receiver.StartAsync();
        await EventAsync(gateway, "before", 1);
        await gateway.Api.PostAsync(
            "webhooks", $$"""{"webhookId":"{{s_webhook}}","url":"{{receiver.Address}}","secret":"whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0","types":["thing.*"]}""");
        await EventAsync(gateway, "a", 1);
        await RoundAsync(gateway);
        await EventAsync(gateway, "a", 2);
        await AsOfAnotherClusterAsync(gateway.Bank);
        await EventAsync(gateway, "a", 3);
        await RoundAsync(gateway);
        await EventAsync(gateway, "a", 4);
        await RoundAsync(gateway);
        receiver.Heard.Select(h => $"{h.Object} {h.Version}").ShouldBe(["a 1", "a 2", "a 3", "a 4"]);
    }

    /// <summary>As a restored dump looks: the rows are the old ones, and the server's transactions are far below theirs.</summary>
    private static async Task AsOfAnotherClusterAsync(TestBank bank)
    {
        const string ahead = "(({0}::text)::numeric + 1000000000)::text::xid8";
        await bank.ExecuteAsync(
            $"""
            alter table outbox_event disable trigger outbox_event_append_only;
            update outbox_event set xid = {string.Format(System.Globalization.CultureInfo.InvariantCulture, ahead, "xid")};
            alter table outbox_event enable trigger outbox_event_append_only;
            update outbox_reader set cluster = '1', upto = {string.Format(System.Globalization.CultureInfo.InvariantCulture, ahead, "upto")};
            update webhook set made_in = format('%s:%s:', x, x)::pg_snapshot
            from (select {string.Format(System.Globalization.CultureInfo.InvariantCulture, ahead, "w.made_in")} as x from (select pg_snapshot_xmax(made_in) as made_in from webhook) w) far
            """);
    }

    private static Task EventAsync(Gateway gateway, string name, int version) => gateway.Bank.ExecuteAsync(
        $"insert into outbox_event (type, object_key, object_version, payload, at) values ('thing.changed', '{name}', {version}, '{{}}', '2026-11-22T04:00:00Z')");

    private static async Task RoundAsync(Gateway gateway)
    {
        var deliver = gateway.Api.Services.GetRequiredService<DeliverEvents>();
        do
        {
            await deliver.StartAsync(CancellationToken.None);
            await deliver.EndAsync();
        }
        while (await gateway.Bank.ScalarAsync<bool>(
            "select exists (select from outbox_event e, outbox_reader r where r.reader = 'webhooks' and e.xid >= r.upto and e.outbox_event_id > r.read_before)"));
    }
}
