using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Platform;

public sealed class FollowAnOperation
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task It_tells_progress_and_rate_and_then_the_result()
    {
        var registry = new OperationRegistry(_clock);
        var id = Guid.CreateVersion7(_clock.GetUtcNow());
        var operation = registry.Start("clearing-file", id, "ZM_20261120.txt");
        operation.Snapshot().State.ShouldBe(OperationState.Waiting);

        var result = await operation.FollowAsync(
            () =>
            {
                operation.Advance(bytes: 1_000, lines: 10);
                _clock.Advance(TimeSpan.FromSeconds(2));
                var now = registry.Find(id)!.Snapshot();
                now.State.ShouldBe(OperationState.Running);
                now.DoneBytes.ShouldBe(1_000);
                now.TotalBytes.ShouldBe(4_000);
                now.LinesPerSecond.ShouldBe(5); // 10 lines in 2 seconds
                return Task.FromResult<Result<string>>("report");
            },
            totalBytes: 4_000);

        result.Value.ShouldBe("report");
        _clock.Advance(TimeSpan.FromHours(1));
        var end = operation.Snapshot();
        end.State.ShouldBe(OperationState.Succeeded);
        end.Result.ShouldBe("report");
        end.ElapsedMs.ShouldBe(2_000); // the clock of an ended operation stands
    }

    [Fact]
    public async Task A_refusal_ends_it_as_failed_with_its_reason()
    {
        var operation = new OperationRegistry(_clock).Start("clearing-file", null, "x");
        await operation.FollowAsync(() => Task.FromResult<Result<string>>(Cursor.Bad()));
        operation.Snapshot().State.ShouldBe(OperationState.Failed);
        operation.Snapshot().Refusal!.Code.ShouldBe("page.bad-cursor");
    }

    [Fact]
    public async Task A_bug_ends_it_as_failed_and_is_thrown_on()
    {
        var operation = new OperationRegistry(_clock).Start("clearing-file", null, "x");
        await Should.ThrowAsync<InvalidOperationException>(() => operation.FollowAsync<string>(() => throw new InvalidOperationException()));
        operation.Snapshot().State.ShouldBe(OperationState.Failed);
        operation.Snapshot().IsBug.ShouldBeTrue();
    }

    [Fact]
    public void Of_a_repeated_id_the_newer_is_followed()
    {
        var registry = new OperationRegistry(_clock);
        var id = Guid.CreateVersion7(_clock.GetUtcNow());
        registry.Start("clearing-file", id, "first").Cancel();
        var second = registry.Start("clearing-file", id, "second");
        registry.Find(id).ShouldBeSameAs(second);
        registry.All().Count.ShouldBe(1);
    }

    [Fact]
    public void The_oldest_ended_ones_are_forgotten_first_and_running_ones_never()
    {
        var registry = new OperationRegistry(_clock);
        var running = registry.Start("clearing-file", null, "running");
        running.Run();
        for (var i = 0; i < OperationRegistry.KeptMax + 5; i++)
        {
            registry.Start("clearing-file", null, $"{i}").Succeed(null);
        }

        registry.All().Count.ShouldBe(OperationRegistry.KeptMax);
        registry.Find(running.Id).ShouldBeSameAs(running);
        registry.All()[0].Subject.ShouldBe($"{OperationRegistry.KeptMax + 4}");
    }
}
