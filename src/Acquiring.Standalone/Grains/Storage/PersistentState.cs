using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Acquiring.Standalone.Grains.Storage;

/// <summary>What a <c>[PersistentState]</c> parameter receives: a value in memory and the version it was stored at.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to dispose of.
internal abstract class PersistentState(PersistentStateAttribute configuration, Activation activation)
#pragma warning restore CA1001
{
    protected static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    // Two writes of one grain must not race each other into a version conflict that nobody else caused.
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    public string? Etag => Version?.ToString();

    protected int? Version { get; set; }

    protected string StateName => configuration.StateName;

    protected string GrainKey => activation.Key;

    protected IGrainStateStore Store { get; } =
        (configuration.StorageName is { } name ? activation.ActivationServices.GetKeyedService<IGrainStateStore>(name) : null)
        ?? activation.ActivationServices.GetRequiredService<IGrainStateStore>();

    public static PersistentState Create(Type stateType, PersistentStateAttribute configuration, Activation activation) =>
        (PersistentState)Activator.CreateInstance(typeof(PersistentState<>).MakeGenericType(stateType), configuration, activation)!;

    public abstract Task ReadStateAsync(CancellationToken cancellationToken);

    protected async Task OneAtATimeAsync(string act, Func<Task> work, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        catch (Exception e) when (e is not (OrleansException or OperationCanceledException))
        {
            // As Orleans: a failure of storage arrives as an OrleansException with its cause inside.
            throw new OrleansException($"The store failed to {act} state \"{StateName}\" of {activation}: {e.Message}", e);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}

internal sealed class PersistentState<T>(PersistentStateAttribute configuration, Activation activation)
    : PersistentState(configuration, activation), IPersistentState<T>
{
    public T State { get; set; } = Activator.CreateInstance<T>();

    public bool RecordExists { get; private set; }

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public override Task ReadStateAsync(CancellationToken cancellationToken) => OneAtATimeAsync("read", async () =>
    {
        var stored = await Store.ReadAsync(StateName, GrainKey, cancellationToken);
        Version = stored?.Version;
        RecordExists = stored?.Json is not null;
        State = stored?.Json is { } json ? JsonSerializer.Deserialize<T>(json, Json)! : Activator.CreateInstance<T>();
    }, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => OneAtATimeAsync("write", async () =>
    {
        Version = await Store.WriteAsync(StateName, GrainKey, JsonSerializer.Serialize(State, Json), Version, cancellationToken);
        RecordExists = true;
    }, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => OneAtATimeAsync("clear", async () =>
    {
        if (Version is not null)
        {
            Version = await Store.WriteAsync(StateName, GrainKey, json: null, Version, cancellationToken);
        }

        RecordExists = false;
        State = Activator.CreateInstance<T>();
    }, cancellationToken);
}
