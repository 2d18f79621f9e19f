using Acquiring.Core.Alarms;

namespace Acquiring.Core.Tests.Alarms;

public sealed class JudgeCauses
{
    private static readonly AlarmPolicy s_policy = new(1, [7, 15, 30], [50, 80], 4, 12, 500_000, 75, 4, 100);

    [Theory]
    [InlineData(6, null)]
    [InlineData(7, AlarmSeverity.Notice)]
    [InlineData(14, AlarmSeverity.Notice)]
    [InlineData(15, AlarmSeverity.Warning)]
    [InlineData(29, AlarmSeverity.Warning)]
    [InlineData(30, AlarmSeverity.Critical)]
    public void Quiet_days_have_three_levels(int days, AlarmSeverity? level) => AlarmRules.Quiet(s_policy, days).ShouldBe(level);

    [Theory]
    [InlineData(1_000_001, null)] // 84 days brought 6,000,000: 28 days of them are 2,000,000.
    [InlineData(1_000_000, AlarmSeverity.Warning)]
    [InlineData(400_001, AlarmSeverity.Warning)]
    [InlineData(400_000, AlarmSeverity.Critical)]
    [InlineData(-1, AlarmSeverity.Critical)]
    public void Volume_falls_against_as_many_days_of_its_own_history(long netFen, AlarmSeverity? level) =>
        AlarmRules.Fall(s_policy, new(netFen, 28, 6_000_000, 84, 0, 0)).ShouldBe(level);

    [Theory]
    [InlineData(5_999_999, null)]
    [InlineData(6_000_000, AlarmSeverity.Critical)]
    public void A_merchant_that_never_brought_much_cannot_fall(long baseFen, AlarmSeverity? level) =>
        AlarmRules.Fall(s_policy, new(0, 28, baseFen, 84, 0, 0)).ShouldBe(level);

    [Fact]
    public void Days_without_files_are_no_fall() => AlarmRules.Fall(s_policy, new(1_500_001, 21, 6_000_000, 42, 0, 0)).ShouldBeNull(); // 3,000,000 ÷ 2, and a fen.

    [Theory]
    [InlineData(20, false)] // 28 × 75 % = 21
    [InlineData(21, true)]
    public void Too_few_counted_days_say_nothing(int counted, bool canJudge) => AlarmRules.CanJudge(s_policy, counted, 4).ShouldBe(canJudge);

    [Theory]
    [InlineData(-99, null)]
    [InlineData(-100, AlarmSeverity.Warning)]
    public void A_loss_has_a_least_amount(long marginFen, AlarmSeverity? level) => AlarmRules.Margin(s_policy, new(0, 28, 0, 84, marginFen, 0)).ShouldBe(level);

    [Theory]
    [InlineData(1_000_000, 50)]
    [InlineData(999_999, 50)]
    [InlineData(980_000, 51)]
    [InlineData(0, 100)]
    public void The_percentage_that_people_read_is_rounded_down(long netFen, int percent) =>
        AlarmRules.FallPercent(new(netFen, 28, 6_000_000, 84, 0, 0)).ShouldBe(percent);

    [Fact]
    public void An_alarm_is_raised_once_and_ends_with_its_cause()
    {
        AlarmChange.Of(null, AlarmSeverity.Notice).ShouldBe(AlarmAct.Raise);
        AlarmChange.Of(AlarmSeverity.Notice, AlarmSeverity.Notice).ShouldBeNull();
        AlarmChange.Of(AlarmSeverity.Notice, AlarmSeverity.Critical).ShouldBe(AlarmAct.Escalate);
        AlarmChange.Of(AlarmSeverity.Critical, AlarmSeverity.Notice).ShouldBe(AlarmAct.Ease);
        AlarmChange.Of(AlarmSeverity.Critical, null).ShouldBe(AlarmAct.End);
        AlarmChange.Of(null, null).ShouldBeNull();
    }
}
