using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.MainJob;

/// <summary>Other, larger banks made by the same rules, against the naive model.</summary>
public sealed class GeneratedSetsTests
{
    public static readonly TheoryData<SampleOptions> LargeBanks =
    [
        new SampleOptions
        {
            Seed = 11, Merchants = 200, Terminals = 300, Dates = AcquiringProgram.InFull ? 12 : 5,
            SalesPerDate = AcquiringProgram.InFull ? 20_000 : 3000,
        },
    ];

    public static readonly TheoryData<SampleOptions> Banks =
    [
        // Over the year's end, trace numbers that wrap, sales that come late, a date without a file.
        new SampleOptions
        {
            Seed = 12, FirstDate = new DateOnly(2026, 12, 29), Dates = 6, SalesPerDate = 200, FirstStan = 999_990, LateSales = true,
            OversizedRefunds = true, SecondBatches = true, SubMerchantNames = true, MissingDates = [new DateOnly(2027, 1, 1)],
            Formats =
            [
                SampleFormat.CsvFen, SampleFormat.ZmGbk, SampleFormat.CsvYuan, SampleFormat.ZmUtf8, SampleFormat.CsvFenGbk, SampleFormat.ZmUtf8,
            ],
        },
        // To the end of a February, where three months and twelve are clamped.
        new SampleOptions { Seed = 13, FirstDate = new DateOnly(2027, 2, 22), Merchants = 90, Terminals = 240, SalesPerDate = 500 },
    ];

    [Theory]
    [MemberData(nameof(Banks))]
    [MemberData(nameof(LargeBanks))]
    public async Task In_date_order_each_file_and_all_sums_are_what_the_naive_model_says(SampleOptions bank)
    {
        var set = SampleSet.Generate(bank);
        var model = NaiveModel.Of(set, []);
        var expected = set.Files.Select(file => model.Take(file.Name, file.Bytes, file.BusinessDate)).ToList();
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);

        var files = await site.IngestAsync(set.Files);

        files.ShouldBe(expected);
        (await site.CloseAsync(set.LastDate, insist: bank.MissingDates.Count > 0)).ShouldBeDone();
        await ShouldAgreeAsync(site, set, model);
    }

    [Theory]
    [MemberData(nameof(Banks))]
    public async Task In_another_order_volumes_and_idle_lists_are_the_same(SampleOptions bank)
    {
        var set = SampleSet.Generate(bank);
        var shuffled = set.Files.ToArray();
        new Random(bank.Seed).Shuffle(shuffled);
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await site.ImportAsync(set);

        await site.IngestAsync(shuffled);

        await ShouldAgreeAsync(site, set, NaiveModel.Of(set));
    }

    private static async Task ShouldAgreeAsync(Site site, SampleSet set, NaiveModel model)
    {
        (await site.VolumesAsync(set.Options.FirstDate.AddDays(-1), set.LastDate)).ShouldBe(model.Volumes());
        (await site.IdleAsync(set.LastDate)).ShouldBe(model.Idle(set.LastDate));
        await site.BooksShouldBeTrueAsync();
    }
}
