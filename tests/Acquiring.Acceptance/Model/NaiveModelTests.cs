using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Model;

/// <summary>The yardstick is measured first: what it says of the samples was worked out elsewhere.</summary>
public sealed class NaiveModelTests
{
    [Fact]
    public void It_says_of_the_samples_what_is_known_of_them()
    {
        var model = new NaiveModel(NaiveRegistry.Read(Bytes("merchants.csv"), Bytes("terminals.csv")));

        var files = BankSamples.Files.Select(file => model.Take(file.File, Bytes(file.File), NaiveReader.DateInName(file.File))).ToList();

        files.ShouldBe(BankSamples.Files);
        model.Volumes().ShouldBe(BankSamples.Volumes);
        model.Idle(BankSamples.IdleOn).ShouldBe(BankSamples.Idle);
    }

    [Fact]
    public void It_says_the_same_of_the_samples_in_reverse_order()
    {
        var model = new NaiveModel(NaiveRegistry.Read(Bytes("merchants.csv"), Bytes("terminals.csv")));

        foreach (var file in BankSamples.Files.Reverse())
        {
            model.Take(file.File, Bytes(file.File), NaiveReader.DateInName(file.File));
        }

        model.Volumes().ShouldBe(BankSamples.Volumes);
        model.Idle(BankSamples.IdleOn).ShouldBe(BankSamples.Idle);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Two_ways_of_summing_agree_in_date_order(int seed, bool odd)
    {
        var set = SampleSet.Generate(Odd(seed, odd));
        var model = NaiveModel.Of(set, []);

        var files = set.Files.Select(file => model.Take(file.Name, file.Bytes, file.BusinessDate)).ToList();

        model.Volumes().Sum(day => day.NetFen).ShouldBe(files.Sum(file => file.GrossFen - file.RefundFen));
        model.Volumes().Sum(day => day.FeeFen).ShouldBe(files.Sum(file => file.FeeFen));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void The_order_of_the_files_changes_neither_volumes_nor_the_idle_list(int seed, bool odd)
    {
        var set = SampleSet.Generate(Odd(seed, odd));

        var inOrder = NaiveModel.Of(set);
        var reversed = NaiveModel.Of(set, set.Files.Reverse());

        reversed.Volumes().ShouldBe(inOrder.Volumes());
        reversed.Idle(set.LastDate).ShouldBe(inOrder.Idle(set.LastDate));
    }

    [Fact]
    public void A_generated_set_holds_every_oddity_and_the_same_seed_gives_the_same_bytes()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 7 });
        var again = SampleSet.Generate(new SampleOptions { Seed = 7 });
        var model = NaiveModel.Of(set, []);

        var last = set.Files.Select(file => model.Take(file.Name, file.Bytes, file.BusinessDate)).ToList()[^1];

        again.Files.Select(file => file.Bytes).ShouldBe(set.Files.Select(file => file.Bytes));
        last.Sales.ShouldBe(400);
        last.Duplicates.ShouldBe(8);
        last.Held.ShouldBe(2);
        last.Malformed.ShouldBe(2);
        last.Reversals.ShouldBe(4);
        last.Refunds.ShouldBeGreaterThanOrEqualTo(7);
        model.Idle(set.LastDate).Select(idle => idle.Clock).Distinct().Order().ShouldBe(["12m", "3m"]);
        set.FullCardNumbers.Count.ShouldBe(21);
    }

    internal static SampleOptions Odd(int seed, bool odd) => new()
    {
        Seed = seed,
        FirstDate = odd ? new DateOnly(2026, 12, 29) : new DateOnly(2026, 11, 14),
        LateSales = odd,
        OversizedRefunds = odd,
        SecondBatches = odd,
        SubMerchantNames = odd,
        FirstStan = odd ? 999_990 : 1,
        MissingDates = odd ? [new DateOnly(2026, 12, 31)] : [],
    };

    private static byte[] Bytes(string file) => File.ReadAllBytes(BankSamples.PathOf(file));
}
