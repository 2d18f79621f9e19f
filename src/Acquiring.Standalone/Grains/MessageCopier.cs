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
internal sealed class MessageCopier
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

    private bool IsShared(Type type) => _shared.GetOrAdd(type, static type =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid)
        || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly)
        || type == typeof(TimeSpan) || type == typeof(CancellationToken) || type == typeof(NoResult)
        || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
        || (typeof(GrainProxy).IsAssignableFrom(type) && typeof(IAddressable).IsAssignableFrom(type)));

    private static Type Unwrapped(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
}
