using Acquiring.Core.Registry;

namespace Acquiring.Core.Tests.Registry;

public class FindBranchCycles
{
    [Fact]
    public void A_tree_has_none() =>
        BranchTree.OnCycles(Parents(("a", null), ("b", "a"), ("c", "b"), ("d", "elsewhere"))).ShouldBeEmpty();

    [Fact]
    public void Those_on_the_cycle_are_named_and_not_those_below_it() =>
        BranchTree.OnCycles(Parents(("below", "b"), ("a", "b"), ("b", "c"), ("c", "a"), ("top", null)))
            .ShouldBe(["a", "b", "c"], ignoreOrder: true);

    [Fact]
    public void A_branch_that_is_its_own_parent_is_one() => BranchTree.OnCycles(Parents(("a", "a"))).ShouldBe(["a"]);

    private static Dictionary<string, string?> Parents(params (string Code, string? Parent)[] branches) =>
        branches.ToDictionary(b => b.Code, b => b.Parent, StringComparer.Ordinal);
}
