using System.Collections.Concurrent;
using Orleans;

namespace Acquiring.GrainContract;

/// <summary>
/// A running grain runtime. The contract knows it by this alone: each project that compiles the contract has its own
/// <c>GrainHosts.StartAsync</c>.
/// </summary>
public interface IGrainHost : IAsyncDisposable
{
    IGrainFactory Grains { get; }

    /// <summary>A caller is told after this time that no answer came; late by <see cref="LateBy"/> at most.</summary>
    TimeSpan ResponseTimeout { get; }

    /// <summary>An activation ends after this time without a call; late by <see cref="LateBy"/> at most.</summary>
    TimeSpan IdleAge { get; }

    TimeSpan LateBy { get; }

    /// <summary>Lets so much of the runtime's time go by: by a clock that only the test moves, or really.</summary>
    Task PassAsync(TimeSpan time);

    /// <summary>Stores a state as another activation of the grain would, and so makes what the grain knows stale.</summary>
    Task WriteBehindItsBackAsync(string stateName, string grainKey, string json);

    /// <summary>Ends the runtime as the host does when it is stopped by a signal.</summary>
    Task StopAsync();
}

/// <summary>What the test and a grain tell each other outside messages; both are in one process, whatever the runtime.</summary>
public static class Signals
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Named = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Notes = new();

    public static void Raise(string name) => Source(name).TrySetResult();

    public static Task Raised(string name) => Source(name).Task.WaitAsync(TimeSpan.FromSeconds(40));

    /// <summary>What a grain waits for that nobody bounds.</summary>
    public static Task RaisedEver(string name) => Source(name).Task;

    public static bool IsRaised(string name) => Source(name).Task.IsCompleted;

    public static void Note(string list, string text) => Notes.GetOrAdd(list, _ => new()).Enqueue(text);

    public static IReadOnlyList<string> NotesOf(string list) => [.. Notes.GetOrAdd(list, _ => new())];

    private static TaskCompletionSource Source(string name) =>
        Named.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
