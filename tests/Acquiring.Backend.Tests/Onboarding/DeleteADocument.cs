using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class DeleteADocument(TestCluster cluster)
{
    private const string DocumentId = "0199f0d1-7a10-7000-8000-000000000001";

    [Fact]
    public async Task A_paper_of_a_draft_is_taken_back_with_its_bytes_and_the_audit_keeps_that_it_was_there()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form(), submit: false);
        await desk.PapersAsync();
        var left = await DeleteAsync(desk);
        left.Status.ShouldBe(200);
        left.Items.ShouldHaveSingleItem()["kind"]!.ToString().ShouldBe("premises");
        (await desk.CountAsync("document_chunk")).ShouldBe(1);
        (await desk.Bank.ScalarAsync<string>("select details ->> 'documentId' from audit_entry where act = 'application.delete-document'")).ShouldBe(DocumentId);
        (await DeleteAsync(desk)).Text("code").ShouldBe("document.unknown");
        // Its id may be sent again.
        (await desk.DeclareAsync(DocumentId, OnboardingDesk.Photo(10))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_paper_that_was_handed_in_stays_until_fixes_are_asked_for()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        await desk.PapersAsync();
        var refused = await DeleteAsync(desk);
        refused.Status.ShouldBe(409);
        refused.Text("code").ShouldBe("document.handed-in");
        (await desk.CountAsync("document_chunk")).ShouldBe(2);
        await desk.ActAsync("ask-for-fixes", 1, body: """{"fixes":[{"field":"documents.licence","what":"blurred"}],"why":"x"}""");
        (await DeleteAsync(desk)).Status.ShouldBe(200);
    }

    private static Task<Answer> DeleteAsync(OnboardingDesk desk) =>
        desk.Api.DeleteAsync($"merchant-applications/{OnboardingDesk.First}/documents/{DocumentId}");
}
