using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Acquiring.Standalone.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Acquiring.Standalone.Grains;

/// <summary>A grain class: how its objects are made, and the directory of those that live.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly ParameterInfo[] _states;

    /// <exception cref="InvalidOperationException">The class cannot be constructed as a grain.</exception>
    public GrainClass(Type type)
    {
        Type = type;
        var constructor = Constructor(type);
        _states = [.. constructor.GetParameters().Where(p => p.IsDefined(typeof(PersistentStateAttribute)))];
        foreach (var state in _states.Where(p => !IsPersistentState(p.ParameterType)))
        {
            throw new InvalidOperationException($"Parameter {state.Name} of {type} has [PersistentState] but is no IPersistentState<T>.");
        }

        _factory = ActivatorUtilities.CreateFactory(type, [.. _states.Select(p => p.ParameterType)]);
    }

    public Type Type { get; }

    public string Name => Type.Name;

    public bool IsReentrant => Type.IsDefined(typeof(ReentrantAttribute));

    public IEnumerable<string> StateNames => _states.Select(p => p.GetCustomAttribute<PersistentStateAttribute>()!.StateName);

    public ConcurrentDictionary<string, Activation> Activations { get; } = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Orleans would store the key as a number, where different texts are the same key.</exception>
    public PersistentState[] NewStates(Activation activation)
    {
        if (_states.Length > 0 && IsNumberToOrleans(activation.Key))
        {
            throw new ArgumentException(
                $"The key of {activation} reads as a number, so keys of stored state would collide. Give it a prefix, such as \"m:\".",
                nameof(activation));
        }

        return [.. _states.Select(p => PersistentState.Create(
            p.ParameterType.GetGenericArguments()[0], p.GetCustomAttribute<PersistentStateAttribute>()!, activation))];
    }

    public Grain Construct(IServiceProvider services, PersistentState[] states) => (Grain)_factory(services, states);

    private static ConstructorInfo Constructor(Type type)
    {
        var constructors = type.GetConstructors();
        return constructors.Length == 1
            ? constructors[0]
            : constructors.SingleOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
                ?? throw new InvalidOperationException(
                    $"Grain class {type} needs exactly one public constructor, or one marked [ActivatorUtilitiesConstructor].");
    }

    private static bool IsPersistentState(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>);

    private static bool IsNumberToOrleans(string key) =>
        long.TryParse(key.AsSpan(0, key.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0 ? plus : key.Length),
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
        || Guid.TryParseExact(key, "N", out _);
}
