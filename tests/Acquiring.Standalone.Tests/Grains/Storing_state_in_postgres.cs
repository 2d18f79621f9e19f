using Acquiring.Standalone.Grains.Storage;
using Acquiring.GrainContract;
using Acquiring.Testing;
using Npgsql;
using Orleans.Runtime;
using Orleans.Storage;

namespace Acquiring.Standalone.Tests.Grains;

public sealed class Storing_state_in_postgres(TestCluster cluster) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 11, 21, 1, 0, 0, TimeSpan.Zero));
    private TestDatabase _database = null!;
    private PostgresGrainStateStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await cluster.NewDatabaseAsync();
        _store = new PostgresGrainStateStore(_database.DataSource, _clock);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Versions_count_from_one_and_each_name_and_key_is_its_own_record()
    {
        (await _store.ReadAsync("device", "t:1", None)).ShouldBeNull();

        (await _store.WriteAsync("device", "t:1", """{"beats": 1}""", expectedVersion: null, None)).ShouldBe(1);
        (await _store.WriteAsync("device", "t:1", """{"beats": 2}""", expectedVersion: 1, None)).ShouldBe(2);

        (await _store.ReadAsync("device", "t:1", None)).ShouldBe(new StoredState("""{"beats": 2}""", 2));
        (await _store.ReadAsync("device", "t:2", None)).ShouldBeNull();
        (await _store.ReadAsync("limits", "t:1", None)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Any_version_but_the_stored_one_is_refused_and_changes_nothing(int? expected)
    {
        await _store.WriteAsync("device", "t:1", """{"beats": 1}""", null, None);
        await _store.WriteAsync("device", "t:1", """{"beats": 2}""", 1, None);

        var refusal = await Should.ThrowAsync<InconsistentStateException>(() => _store.WriteAsync("device", "t:1", "{}", expected, None));

        (refusal.CurrentEtag, refusal.StoredEtag).ShouldBe((expected?.ToString(), "2"));
        (await _store.ReadAsync("device", "t:1", None)).ShouldBe(new StoredState("""{"beats": 2}""", 2));
    }

    [Fact]
    public async Task Of_writers_at_once_exactly_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            try
            {
                return await _store.WriteAsync("device", "t:1", $"{writer}", null, None);
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        }));

        outcomes.Count(version => version == 1).ShouldBe(1);
        outcomes.Count(version => version == 0).ShouldBe(15);
    }

    [Fact]
    public async Task A_clear_keeps_the_version_counting()
    {
        await _store.WriteAsync("device", "t:1", "{}", null, None);

        (await _store.WriteAsync("device", "t:1", json: null, 1, None)).ShouldBe(2);

        (await _store.ReadAsync("device", "t:1", None)).ShouldBe(new StoredState(null, 2));
        (await _store.WriteAsync("device", "t:1", "{}", 2, None)).ShouldBe(3);
    }

    [Fact]
    public async Task Grains_of_two_runtimes_on_one_database_are_fenced_by_version()
    {
        await using var here = new StandaloneGrainHost(_store);
        await using var there = new StandaloneGrainHost(_store);
        var mine = here.Grains.GetGrain<IDeviceGrain>("t:10000081");
        await mine.Beat("v1");
        await there.Grains.GetGrain<IDeviceGrain>("t:10000081").Beat("v2");

        await Should.ThrowAsync<InconsistentStateException>(() => mine.Beat("v3"));

        (await mine.Contact()).Firmware.ShouldBe("v2");
        await mine.Forget();
        (await mine.IsStored()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failing_database_reaches_the_caller_with_its_cause_inside()
    {
        await using (var rename = _database.DataSource.CreateCommand("alter table grain_state rename to elsewhere"))
        {
            await rename.ExecuteNonQueryAsync();
        }

        await using var host = new StandaloneGrainHost(_store);

        var failure = await Should.ThrowAsync<OrleansException>(() => host.Grains.GetGrain<IDeviceGrain>("t:1x").IsStored());

        failure.InnerException.ShouldBeOfType<PostgresException>().SqlState.ShouldBe(PostgresErrorCodes.UndefinedTable);
        failure.Message.ShouldStartWith("The store failed to read state \"contract-device\" of DeviceGrain \"t:1x\"");
    }
}
