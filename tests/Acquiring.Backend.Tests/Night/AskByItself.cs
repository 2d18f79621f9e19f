using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Night;

/// <summary>It is noon of 2026-11-22, and the files of the 17th to the 20th are complete.</summary>
public sealed class AskByItself(TestCluster cluster)
{
    private const string Asked = "select coalesce(string_agg(business_date::text || ' ' || asked_by, ', ' order by business_date), '') from night_run";

    [Fact]
    public async Task Without_a_date_to_begin_with_no_night_is_asked_for()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.LookAsync();
        (await night.Bank.ScalarAsync<string>(Asked)).ShouldBe("");
    }

    [Fact]
    public async Task From_its_date_on_each_night_comes_when_its_files_are_complete()
    {
        await using var night = await NightBank.OpenAsync(cluster, ("Night:From", "2026-11-18"));
        await night.LookAsync();
        (await night.Bank.ScalarAsync<string>(Asked)).ShouldBe("2026-11-18 calendar, 2026-11-19 calendar, 2026-11-20 calendar");
        await night.WorkAsync();
        // The 22nd's file is there, the 21st's is not: both wait.
        await night.Bank.FileAsync("2026-11-22");
        await night.LookAsync();
        (await night.Bank.ScalarAsync<long>("select count(*) from night_run")).ShouldBe(3);
        await night.Bank.FileAsync("2026-11-21");
        await night.LookAsync();
        // The 22nd is not over.
        (await night.Bank.ScalarAsync<string>("select max(business_date)::text from night_run")).ShouldBe("2026-11-21");
        night.Bank.Clock.Advance(TimeSpan.FromHours(15) - TimeSpan.FromSeconds(1));
        await night.LookAsync();
        (await night.Bank.ScalarAsync<string>("select max(business_date)::text from night_run")).ShouldBe("2026-11-21");
        night.Bank.Clock.Advance(TimeSpan.FromSeconds(1));
        await night.LookAsync();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-22")).ShouldStartWith("done: ");
    }

    [Fact]
    public async Task A_date_that_a_person_closed_without_its_file_holds_nothing_up()
    {
        await using var night = await NightBank.OpenAsync(cluster, ("Night:From", "2026-11-18"));
        (await night.Api.PostAsync("business-days/2026-11-21/close", """{"insist":true}""")).Status.ShouldBe(200);
        await night.LookAsync();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-21")).ShouldStartWith("done: files done 1/1 expected=1 missing=1");
    }

    [Fact]
    public async Task A_date_that_is_none_stops_the_start()
    {
        var refused = await Should.ThrowAsync<Core.Refusals.RefusedException>(async () =>
        {
            await using var night = await NightBank.OpenAsync(cluster, ("Night:From", "soon"));
        });
        refused.Refusal.Code.ShouldBe("night.bad-from");
    }

    [Fact]
    public async Task A_refused_date_is_asked_for_again_once_what_it_wants_is_there()
    {
        await using var night = await NightBank.OpenAsync(cluster, ("Night:From", "2026-11-19"));
        // The 19th closes the 18th before it, whose file is gone.
        await night.Bank.ExecuteAsync("update clearing_file set state = 'withdrawn' where business_date = '2026-11-18'");
        (await night.LookAsync()).ShouldBe(0);
        (await night.LookAsync()).ShouldBe(0);
        (await night.Bank.ScalarAsync<string>(Asked)).ShouldBe("");
        await night.Bank.ExecuteAsync("update clearing_file set state = 'complete' where business_date = '2026-11-18'");
        (await night.LookAsync()).ShouldBe(2);
        (await night.Bank.ScalarAsync<string>(Asked)).ShouldBe("2026-11-19 calendar, 2026-11-20 calendar");
    }
}
