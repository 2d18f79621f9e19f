using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Tests.Messages;

public sealed class SendMessages
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a", 160, 1)]
    [InlineData("a", 161, 2)]
    [InlineData("a", 306, 2)] // 2 × 153
    [InlineData("a", 307, 3)]
    [InlineData("€", 80, 1)] // Two septets each.
    [InlineData("€", 81, 2)]
    [InlineData("€", 152, 2)] // 76 in a part: the 153rd septet stays empty, since no character is cut.
    [InlineData("€", 153, 3)]
    [InlineData("限", 70, 1)]
    [InlineData("限", 71, 2)]
    [InlineData("限", 134, 2)] // 2 × 67
    [InlineData("限", 135, 3)]
    [InlineData("😀", 35, 1)]
    [InlineData("😀", 36, 2)]
    [InlineData("😀", 66, 2)] // 33 in a part
    [InlineData("😀", 67, 3)]
    [InlineData("", 1, 1)]
    public void A_text_takes_so_many_short_messages(string character, int times, int parts) =>
        SmsParts.Of(string.Concat(Enumerable.Repeat(character, times))).ShouldBe(parts);

    [Fact]
    public void One_Chinese_character_makes_the_whole_text_one_of_seventy() => SmsParts.Of(new string('a', 70) + "限").ShouldBe(2);

    [Theory]
    [InlineData(HandOverOutcome.Accepted, false, 1, 24, MessageState.Sent, 0)]
    [InlineData(HandOverOutcome.Refused, true, 1, 24, MessageState.Refused, 0)]
    [InlineData(HandOverOutcome.Unknown, false, 1, 24, MessageState.Unknown, 0)]
    [InlineData(HandOverOutcome.Unknown, true, 1, 24, MessageState.Waiting, 5)]
    [InlineData(HandOverOutcome.NotTaken, false, 1, 24, MessageState.Waiting, 5)]
    [InlineData(HandOverOutcome.NotTaken, false, 2, 24, MessageState.Waiting, 30)]
    [InlineData(HandOverOutcome.NotTaken, false, 99, 24, MessageState.Waiting, 3_600)]
    [InlineData(HandOverOutcome.NotTaken, false, 99, 1, MessageState.Expired, 0)]
    [InlineData(HandOverOutcome.Unknown, true, 99, 1, MessageState.Unknown, 0)]
    public void Only_what_was_certainly_not_taken_or_can_be_told_apart_is_tried_again(
        HandOverOutcome outcome, bool repeatable, int tries, int hours, MessageState state, int waitSeconds)
    {
        var course = MessageCourse.After(outcome, repeatable, tries, mayBeTaken: false, Noon, Noon.AddHours(hours));
        course.State.ShouldBe(state);
        course.NextAt.ShouldBe(waitSeconds == 0 ? null : Noon.AddSeconds(waitSeconds));
    }

    [Fact]
    public void What_may_have_been_taken_is_not_said_to_have_expired() =>
        MessageCourse.After(HandOverOutcome.NotTaken, true, 9, mayBeTaken: true, Noon, Noon.AddMinutes(59)).State.ShouldBe(MessageState.Unknown);

    [Theory]
    [InlineData(200, HandOverOutcome.Accepted)]
    [InlineData(202, HandOverOutcome.Accepted)]
    [InlineData(301, HandOverOutcome.NotTaken)]
    [InlineData(303, HandOverOutcome.Unknown)]
    [InlineData(400, HandOverOutcome.Refused)]
    [InlineData(401, HandOverOutcome.NotTaken)]
    [InlineData(409, HandOverOutcome.Unknown)]
    [InlineData(422, HandOverOutcome.Refused)]
    [InlineData(429, HandOverOutcome.NotTaken)]
    [InlineData(500, HandOverOutcome.Unknown)]
    [InlineData(502, HandOverOutcome.Unknown)]
    [InlineData(503, HandOverOutcome.NotTaken)]
    [InlineData(504, HandOverOutcome.Unknown)]
    public void A_status_says_no_more_than_it_means(int status, HandOverOutcome outcome) => HttpVerdict.Of(status).ShouldBe(outcome);

    [Theory]
    [InlineData("shop@example.com", true)]
    [InlineData("a.b+c@mail.example.com", true)]
    [InlineData("shop@example", false)]
    [InlineData("@example.com", false)]
    [InlineData("a@b@example.com", false)]
    [InlineData("a..b@example.com", false)]
    [InlineData("shop@-example.com", false)]
    [InlineData("商户@example.com", false)]
    [InlineData("a@example.com\n", false)]
    public void An_address_is_plain(string text, bool isOne) => ContactAddress.IsEmail(text).ShouldBe(isOne);

    [Fact]
    public void A_place_is_filled_once_and_its_value_is_no_template()
    {
        var template = MessageTemplate.Parse("{a}{b}{a}", ["a", "b"], ["a"], out _)!;
        template.Fill([new Detail("a", "{b}")]).ShouldBe("{b}{b}");
    }
}
