using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class InterruptAnApplication(TestCluster cluster)
{
    private static readonly Break[] s_breaks = [Break.CutInTheBody, Break.AnswerLost, Break.GivenUp, Break.Twice];

    /// <summary>Every request of an application, each photo's every chunk among them, breaks once in every way; and once all of them do.</summary>
    [Fact]
    public async Task Wherever_and_however_it_breaks_one_merchant_comes_of_it_and_the_photos_are_equal()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        var clients = new List<FieldClient>();
        for (var request = 0; request < FieldClient.Requests; request++)
        {
            foreach (var how in s_breaks)
            {
                var (at, no) = (request, clients.Count + 1);
                clients.Add(new(desk.Api.Address, no, i => i == at ? how : Break.None));
            }
        }

        foreach (var how in s_breaks)
        {
            clients.Add(new(desk.Api.Address, clients.Count + 1, _ => how));
        }

        var merchants = new List<string>();
        foreach (var some in clients.Chunk(8))
        {
            merchants.AddRange(await Task.WhenAll(some.Select(c => c.RunAsync())));
        }

        merchants.Count.ShouldBe((13 * 4) + 4);
        merchants.Distinct().Count().ShouldBe(merchants.Count);
        (await desk.CountAsync("merchant")).ShouldBe(merchants.Count);
        (await desk.CountAsync("work_order")).ShouldBe(merchants.Count * 3);
        (await desk.CountAsync("application_document")).ShouldBe(merchants.Count * 2);
        for (var no = 1; no <= clients.Count; no++)
        {
            var (client, application) = (clients[no - 1], $"merchant-applications/{OnboardingDesk.IdOf(no)}");
            foreach (var which in new[] { 1, 2 })
            {
                (await desk.Api.GetBytesAsync($"{application}/documents/{client.DocumentId(which)}/content")).ShouldBe(client.Photo(which));
            }

            client.Dispose();
        }

        // Each step was taken once, whatever was sent how often.
        (await desk.Bank.ScalarAsync<string>(
            "select string_agg(distinct type || ' ' || n, ', ' order by type || ' ' || n) from (select type, count(*) as n from outbox_event group by type) e"))
            .ShouldBe("application.activate 56, application.receive-document 112, application.save 56, application.sign 56, application.submit 56, "
                + "application.verify 56, merchant.activate 56");
        (await desk.Api.GetAsync("book-checks")).Text("ok").ShouldBe("true");
    }
}
