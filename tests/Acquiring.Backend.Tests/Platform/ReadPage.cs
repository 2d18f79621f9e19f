using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Tests.Platform;

public sealed class ReadPage
{
    [Theory]
    [InlineData(0, "page.limit")]
    [InlineData(-1, "page.limit")]
    [InlineData(501, "page.limit")]
    public void A_limit_outside_1_to_500_is_refused(int limit, string code) =>
        PageRequest.Of(null, limit).Refusal.ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void A_limit_on_the_boundary_is_taken(int limit) => PageRequest.Of(null, limit).Value.Limit.ShouldBe(limit);

    [Fact]
    public void Without_a_limit_a_page_holds_100() => PageRequest.Of(null, null).Value.Limit.ShouldBe(100);

    [Fact]
    public void A_cursor_carries_any_characters_and_comes_back_whole()
    {
        var cursor = Cursor.Of("二维码,\"x\"\n", "2026-11-20");
        Cursor.Read(cursor, 2).Value.ShouldBe(["二维码,\"x\"\n", "2026-11-20"]);
        cursor.ShouldNotContain("=");
    }

    [Theory]
    [InlineData("not a cursor")]
    [InlineData("%%%")]
    [InlineData("WzE")] // [1
    [InlineData("W10")] // []
    [InlineData("W251bGxd")] // [null]
    [InlineData("WyJhIiwiYiJd")] // ["a","b"]: the cursor of another list
    public void A_cursor_that_is_none_of_ours_is_refused(string cursor) =>
        Cursor.Read(cursor, 1).Refusal.ShouldNotBeNull().Code.ShouldBe("page.bad-cursor");

    [Fact]
    public void A_cursor_longer_than_any_key_is_refused() =>
        Cursor.Read(new string('A', Cursor.LengthMax + 1), 1).Refusal.ShouldNotBeNull().Code.ShouldBe("page.bad-cursor");

    [Fact]
    public void A_number_cursor_that_holds_no_number_is_refused()
    {
        Cursor.ReadNumber(Cursor.Of("17")).Value.ShouldBe(17);
        Cursor.ReadNumber(null).Value.ShouldBeNull();
        Cursor.ReadNumber(Cursor.Of("x")).Refusal.ShouldNotBeNull().Code.ShouldBe("page.bad-cursor");
    }

    [Theory]
    [InlineData(2, new[] { 1, 2 }, null)]
    [InlineData(2, new[] { 1, 2, 3 }, "2")]
    public void One_row_too_many_says_that_there_is_more(int limit, int[] rows, string? lastKey)
    {
        var page = PageRequest.Of(null, limit).Value.Cut(rows, r => [$"{r}"]);
        page.Items.ShouldBe([1, 2]);
        page.Next.ShouldBe(lastKey is null ? null : Cursor.Of(lastKey));
    }

    [Fact]
    public void The_limit_is_judged_before_the_cursor() => PageRequest.Of("%%%", 0).Refusal.ShouldNotBeNull().Code.ShouldBe("page.limit");
}
