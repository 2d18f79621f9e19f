using System.Collections.Concurrent;
using Orleans;

namespace Acquiring.Standalone.Tests.Grains.Contract;

/// <summary>
/// A running grain runtime. The contract tests know it by this alone, so that the same source can be run against another runtime: give that
/// one its own <c>GrainHosts.StartAsync</c>.
/// </summary>
public interface IGrainHost : IAsyncDisposable
{
    IGrainFactory Grains { get; }

    /// <summary>Moves the runtime's clock. A call is given up after 30 s, an idle activation after 15 minutes.</summary>
    void Advance(TimeSpan time);
}

/// <summary>What the test and a grain tell each other outside messages; both are in one process, whatever the runtime.</summary>
public static class Signals
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Named = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Notes = new();

    public static void Raise(string name) => Source(name).TrySetResult();

    public static Task Raised(string name) => Source(name).Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>What a grain waits for that nobody bounds.</summary>
    public static Task RaisedEver(string name) => Source(name).Task;

    public static bool IsRaised(string name) => Source(name).Task.IsCompleted;

    public static void Note(string list, string text) => Notes.GetOrAdd(list, _ => new()).Enqueue(text);

    public static IReadOnlyList<string> NotesOf(string list) => [.. Notes.GetOrAdd(list, _ => new())];

    private static TaskCompletionSource Source(string name) =>
        Named.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
