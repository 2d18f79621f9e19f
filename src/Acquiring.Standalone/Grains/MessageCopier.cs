using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;

namespace Acquiring.Standalone.Grains;

/// <summary>
/// Copies messages by a System.Text.Json round trip, the serializer that carries our types between Orleans' silos. What cannot make
/// the trip
/// fails here, in a test, and not in a cluster.
/// </summary>
internal sealed class MessageCopier(bool shareWhatCannotChange)
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };
    private readonly ConcurrentDictionary<Type, bool> _shared = new();

    /// <exception cref="InvalidOperationException">The value cannot be copied; the text names method, parameter and type.</exception>
    public object? Copy(object? value, ParameterInfo parameter, string place)
    {
        if (value is null || IsShared(value.GetType()) || parameter.IsDefined(typeof(ImmutableAttribute)))
        {
            return value;
        }

        var declared = Unwrapped(parameter.ParameterType);
        // A list behind an interface comes back as a list; anything else keeps the type it really has.
        var type = declared.IsInterface && typeof(IEnumerable).IsAssignableFrom(declared) ? declared : value.GetType();
        try
        {
            return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type, Json), type, Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"{parameter.Name ?? "The result"} of {place} ({type}) cannot be sent between grains: it does not survive "
                + "System.Text.Json.", e);
        }
    }

    private bool IsShared(Type type) =>
        _shared.GetOrAdd(type, static (type, copier) => IsValue(type) || (copier && CannotChange(type, [])), shareWhatCannotChange);

    private static bool IsValue(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid)
        || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly)
        || type == typeof(TimeSpan) || type == typeof(CancellationToken) || type == typeof(NoResult)
        || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
        || (typeof(GrainProxy).IsAssignableFrom(type) && typeof(IAddressable).IsAssignableFrom(type));

    /// <summary>A value, or made of fields that are set once and hold such: most records. A type inside itself is left to the others.</summary>
    private static bool CannotChange(Type type, HashSet<Type> within) =>
        IsValue(type)
        || !within.Add(type)
        || (Nullable.GetUnderlyingType(type) is { } value ? CannotChange(value, within)
            : type.IsSealed && !type.IsArray && !type.IsSubclassOf(typeof(Delegate))
                && Fields(type).All(f => (type.IsValueType || f.IsInitOnly) && CannotChange(f.FieldType, within)));

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var t = type; t is not null && t != typeof(object) && t != typeof(ValueType); t = t.BaseType)
        {
            foreach (var field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    private static Type Unwrapped(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
}
