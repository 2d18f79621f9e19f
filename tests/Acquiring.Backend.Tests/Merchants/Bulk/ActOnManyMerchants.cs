using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Lists;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Bulk;

public sealed class ActOnManyMerchants(TestCluster cluster)
{
    private const string Suspend = "\"why\":\"Sweep of the townships.\",\"cure\":\"A visit.\"";
    private const string Id = "0199f0c4-7a10-7000-8000-00000000000a";

    [Fact]
    public async Task Each_merchant_has_its_outcome_and_what_is_refused_says_why()
    {
        await using var bank = await OpenAsync(merchants: 5);
        await bank.Bank.ExecuteAsync("update merchant set version = 3 where merchant_id = 2; update merchant set state = 'closed' where merchant_id = 3");
        var answer = await bank.Api.PostAsync("merchants/bulk/suspend", $$"""{{{Suspend}},"items":{{Items(bank, [0, 1, 2, 3])}}}""");
        answer.Status.ShouldBe(207, answer.Json.ToJsonString());
        answer.Items.Select(i => $"{i["item"]} {i["state"]} {i["newVersion"]} {i["problem"]?["code"]}".TrimEnd()).ShouldBe(
            ["1 done 2", "2 refused  request.stale", "3 refused  merchant.closed", "4 done 2"]);
        $"{answer.Text("state")} {answer.Text("selected")} {answer.Text("done")} {answer.Text("refused")} {answer.Text("waiting")}".ShouldBe("done 4 2 2 0");

        // As the act alone leaves it: state, history, event; and one audit row for all of them.
        var merchant = await bank.Api.GetAsync($"merchants/{bank.Merchants[0].No}");
        $"{merchant.Text("state")} {merchant.ETag} {merchant.Json["holds"]![0]!["cure"]}".ShouldBe("suspended \"2\" A visit.");
        (await bank.Bank.ScalarAsync<string>("select string_agg(merchant_id || act || version || to_state, ' ' order by merchant_id) from merchant_step"))
            .ShouldBe("1suspend2suspended 4suspend2suspended");
        (await bank.Bank.ScalarAsync<string>("select string_agg(type || object_version, ' ') from outbox_event")).ShouldBe("merchant.suspend2 merchant.suspend2");
        (await bank.Bank.ScalarAsync<string>("select string_agg(act || details::text, ' ') from audit_entry"))
            .ShouldBe("""bulk.merchants.suspend{"done": 2, "refused": 2, "lastItem": 4, "firstItem": 1}""");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_become_of_each_and_does_nothing()
    {
        await using var bank = await OpenAsync(merchants: 5);
        await bank.Bank.ExecuteAsync("update merchant set state = 'closed' where merchant_id = 3");
        var body = $$"""{{{Suspend}},"dryRun":true,"items":{{Items(bank, [0, 1, 2, 3])}}}""";
        var preview = await bank.Api.PostAsync("merchants/bulk/suspend", body, "zh-CN");
        preview.Status.ShouldBe(200);
        preview.Text("summary").ShouldBe("已选 4 项，其中 1 项将被拒绝。");
        $"{preview.Json["refusals"]![0]!["code"]} {preview.Json["refusals"]![0]!["count"]}".ShouldBe("merchant.closed 1");
        preview.Items.Select(i => $"{i["state"]}").ShouldBe(["done", "done", "refused", "done"]);
        (await bank.Bank.ScalarAsync<long>("select (select count(*) from merchant_step) + (select count(*) from bulk_act) + (select max(version) from merchant) - 1"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task All_or_nothing_does_nothing_where_one_is_refused()
    {
        await using var bank = await OpenAsync(merchants: 5);
        await bank.Bank.ExecuteAsync("update merchant set version = 3 where merchant_id = 2");
        var refused = await bank.Api.PostAsync("merchants/bulk/close", $$"""{"why":"x","allOrNothing":true,"items":{{Items(bank, [0, 1, 2])}}}""");
        refused.Status.ShouldBe(409);
        refused.Text("code").ShouldBe("bulk.nothing-done");
        refused.Json["outcome"]!["items"]!.AsArray().Select(i => $"{i!["state"]}").ShouldBe(["waiting", "refused", "waiting"]);
        (await bank.Bank.ScalarAsync<long>("select count(*) from merchant_step")).ShouldBe(0);

        var done = await bank.Api.PostAsync("merchants/bulk/close", $$"""{"why":"x","allOrNothing":true,"items":{{Items(bank, [0, 2])}}}""");
        done.Status.ShouldBe(207);
        (await bank.Bank.ScalarAsync<long>("select count(*) from merchant where state = 'closed'")).ShouldBe(2);
        (await bank.Bank.ScalarAsync<long>("select count(*) from terminal_binding b join merchant m using (merchant_id) where m.state = 'closed' and b.valid_to = 'infinity'"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_filter_selects_and_the_same_id_again_answers_the_same()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 21);
        var body = $$$"""{"bulkActId":"{{{Id}}}",{{{Suspend}}},"filter":{"branch":"360701","state":"active"}}""";
        var expected = new NaiveLists(bank, new() { ["branch"] = "360701", ["state"] = "active" }).Merchants();
        var first = await bank.Api.PostAsync("merchants/bulk/suspend", body);
        first.Items.Select(i => $"{i["id"]} {i["state"]}").ShouldBe(expected.Select(n => $"{n} done"));
        var again = await bank.Api.PostAsync("merchants/bulk/suspend", body);
        again.Status.ShouldBe(207);
        again.Json.ToJsonString().ShouldBe(first.Json.ToJsonString());
        (await bank.Bank.ScalarAsync<long>("select count(*) from merchant_step")).ShouldBe(expected.Count);
        (await bank.Api.PostAsync("merchants/bulk/suspend", body.Replace("360701", "360702", StringComparison.Ordinal))).Text("code").ShouldBe("request.key-reused");
        (await bank.Api.GetAsync($"operations/{Id}")).Text("state").ShouldBe("succeeded");

        var lifted = await bank.Api.PostAsync("merchants/bulk/lift", """{"why":"seen","filter":{"branch":"360701","state":"suspended"}}""");
        lifted.Items.Count(i => $"{i["state"]}" == "done").ShouldBe(expected.Count);
    }

    [Fact]
    public async Task A_key_names_the_act_that_was_begun_under_it()
    {
        await using var bank = await OpenAsync(merchants: 3);
        var body = $$"""{{{Suspend}},"items":{{Items(bank, [0, 1])}}}""";
        var first = await bank.Api.PostAsync("merchants/bulk/suspend", body, "en", ("Idempotency-Key", "sweep-1"));
        var again = await bank.Api.PostAsync("merchants/bulk/suspend", body, "en", ("Idempotency-Key", "sweep-1"));
        again.Json.ToJsonString().ShouldBe(first.Json.ToJsonString());
        (await bank.Api.PostAsync("merchants/bulk/close", """{"why":"x","filter":{"state":"active"}}""", "en", ("Idempotency-Key", "sweep-1")))
            .Text("code").ShouldBe("request.key-reused");
        (await bank.Bank.ScalarAsync<long>("select count(*) from merchant_step")).ShouldBe(2);
    }

    [Fact]
    public async Task An_act_cut_in_the_middle_is_finished_by_asking_again_and_nothing_is_done_twice()
    {
        await using var bank = await OpenAsync(merchants: 1_200);
        var body = $$"""{"bulkActId":"{{Id}}",{{Suspend}},"items":{{Items(bank, Enumerable.Range(0, 1_200))}}}""";
        // The third chunk waits for a row that somebody else has, until the host stops.
        await using (var other = await bank.Bank.DataSource.OpenConnectionAsync())
        await using (var holding = await other.BeginTransactionAsync())
        {
            await new Npgsql.NpgsqlCommand("select from merchant where merchant_id = 1150 for update", other).ExecuteNonQueryAsync();
            var cut = bank.Api.PostAsync("merchants/bulk/suspend", body);
            while (await bank.Bank.ScalarAsync<long>("select coalesce(max(done), 0) from bulk_act") < 1_000)
            {
                await Task.Yield();
            }

            (await bank.Api.GetAsync($"bulk-acts/{Id}")).Text("waiting").ShouldBe("200");
            await bank.Api.StopAsync();
            await Task.WhenAny(cut);
        }

        await using var next = await TestApi.StartAsync(bank.Bank);
        await bank.Bank.ExecuteAsync("update operation set lease_until = now() - interval '1 s'");
        var answer = await next.PostAsync("merchants/bulk/suspend", body);
        answer.Status.ShouldBe(207, answer.Json.ToJsonString());
        $"{answer.Text("done")} {answer.Text("refused")}".ShouldBe("1200 0");
        (await bank.Bank.ScalarAsync<string>("select concat_ws(' ', count(*), max(version), count(distinct merchant_id)) from merchant_step")).ShouldBe("1200 2 1200");
        (await bank.Bank.ScalarAsync<long>("select count(*) from outbox_event")).ShouldBe(1_200);
        answer.Items.Count.ShouldBe(500);
        var rest = await next.GetAsync($"bulk-acts/{Id}/items?limit=500&cursor={answer.Text("next")}");
        $"{rest.Items[0]["item"]}".ShouldBe("501");
    }

    [Fact]
    public async Task One_that_is_cancelled_ends_after_the_chunk_under_way()
    {
        await using var bank = await OpenAsync(merchants: 1_200);
        var body = $$"""{"bulkActId":"{{Id}}",{{Suspend}},"items":{{Items(bank, Enumerable.Range(0, 1_200))}}}""";
        Task<Answer> cut;
        await using (var other = await bank.Bank.DataSource.OpenConnectionAsync())
        await using (var holding = await other.BeginTransactionAsync())
        {
            await new Npgsql.NpgsqlCommand("select from merchant where merchant_id = 700 for update", other).ExecuteNonQueryAsync();
            cut = bank.Api.PostAsync("merchants/bulk/suspend", body);
            while (await bank.Bank.ScalarAsync<long>("select coalesce(max(done), 0) from bulk_act") < 500)
            {
                await Task.Yield();
            }

            (await bank.Api.PostAsync($"operations/{Id}/cancel", "{}")).Status.ShouldBe(202);
        }

        (await cut).Text("state").ShouldBe("cancelled");
        (await bank.Bank.ScalarAsync<long>("select count(*) from merchant where state = 'suspended'")).ShouldBe(1_000);
    }

    [Theory]
    [InlineData("burn", """{"why":"x","items":[{"id":"102360758129901","version":1}]}""", 404, "bulk.unknown-act", "restrict, suspend, lift, close")]
    [InlineData("close", """{"why":"x"}""", 400, "bulk.items-or-filter", "items")]
    [InlineData("close", """{"why":"x","items":[]}""", 400, "bulk.items-or-filter", "items")]
    [InlineData("close", """{"why":"x","items":[{"id":"102360758129901","version":1}],"filter":{"state":"active"}}""", 400, "bulk.items-or-filter", "filter")]
    [InlineData("close", """{"why":"x","filter":{}}""", 400, "bulk.empty-filter", "filter")]
    [InlineData("close", """{"why":"x","filter":{"status":"active"}}""", 400, "list.unknown-parameter", "status")]
    [InlineData("close", """{"why":"x","filter":{"branch":"9"}}""", 400, "list.unknown-branch", "9")]
    [InlineData("close", """{"why":"x","items":[{"id":"102360758129901","version":1},{"id":"102360758129901","version":1}]}""", 400, "bulk.twice", "102360758129901")]
    [InlineData("close", """{"why":"x","items":[{"id":"102360758129901","version":1},{"id":"102360758129902"}]}""", 400, "bulk.bad-item", "2")]
    [InlineData("close", """{"why":"x","items":[{"id":"374245455400126","version":1}]}""", 400, "bulk.bad-item", "1")]
    [InlineData("close", """{"why":" ","items":[{"id":"102360758129901","version":1}]}""", 400, "merchant.text", "why")]
    [InlineData("restrict", """{"why":"x","cure":"x","items":[{"id":"102360758129901","version":1}]}""", 400, "merchant.no-scope", "qr")]
    public async Task What_is_asked_wrongly_is_refused_as_a_whole(string act, string body, int status, string code, string named)
    {
        await using var bank = await OpenAsync(merchants: 2);
        var answer = await bank.Api.PostAsync($"merchants/bulk/{act}", body);
        answer.Status.ShouldBe(status, answer.Json.ToJsonString());
        answer.Text("code").ShouldBe(code);
        answer.Text("detail").ShouldContain(named);
        (await bank.Bank.ScalarAsync<long>("select count(*) from bulk_act")).ShouldBe(0);
    }

    private static string Items(ListedBank bank, IEnumerable<int> which) =>
        new JsonArray([.. which.Select(i => (JsonNode)new JsonObject { ["id"] = bank.Merchants[i].No, ["version"] = 1 })]).ToJsonString();

    private async Task<ListedBank> OpenAsync(int merchants)
    {
        var bank = await ListedBank.OpenAsync(cluster, seed: 20, merchants, terminals: 10);
        await bank.Bank.ExecuteAsync("update merchant set state = 'active'");
        return bank;
    }
}
