using System.Reflection;
using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Tests.Platform;

public sealed class NumberTheLocks
{
    /// <summary>Deliveries and the refreshing of lists once shared a number: while one process delivered, no list was brought up to date.</summary>
    [Fact]
    public void No_two_locks_share_a_number()
    {
        var numbers = typeof(DatabaseLocks).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (f.Name, Number: $"{f.FieldType.Name} {f.GetRawConstantValue()}")).ToList();
        numbers.Count.ShouldBeGreaterThan(9);
        numbers.GroupBy(n => n.Number).Where(g => g.Count() > 1).SelectMany(g => g.Select(n => n.Name)).ShouldBeEmpty();
    }
}
