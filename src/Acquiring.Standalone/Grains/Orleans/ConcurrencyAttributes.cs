namespace Orleans.Concurrency;

/// <summary>Calls of this grain class may interleave at each <c>await</c>; they still never run on two threads at once.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;

/// <summary>Calls of this interface method start even while another call is unfinished (at an <c>await</c>).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
