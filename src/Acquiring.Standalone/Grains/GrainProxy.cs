using System.Collections.Frozen;
using System.Reflection;

namespace Acquiring.Standalone.Grains;

/// <summary>
/// A reference to a grain: turns a method call into a message. One prototype per interface is made at start, references are clones.
/// </summary>
internal class GrainProxy : DispatchProxy
{
    private FrozenDictionary<MethodInfo, GrainMethod> _methods = FrozenDictionary<MethodInfo, GrainMethod>.Empty;
    private GrainClass _class = null!;

    internal GrainRuntime Runtime { get; private set; } = null!;

    internal string Key { get; private set; } = "";

    internal static GrainProxy Prototype(
        Type grainInterface, GrainClass grainClass, FrozenDictionary<MethodInfo, GrainMethod> methods, GrainRuntime runtime)
    {
        var proxy = (GrainProxy)Create(grainInterface, typeof(GrainProxy));
        proxy._class = grainClass;
        proxy._methods = methods;
        proxy.Runtime = runtime;
        return proxy;
    }

    internal GrainProxy For(string key)
    {
        var reference = (GrainProxy)MemberwiseClone();
        reference.Key = key;
        return reference;
    }

    public override string ToString() => $"{_class.Name} \"{Key}\"";

    public override bool Equals(object? obj) => obj is GrainProxy other && other._class == _class && other.Key == Key;

    public override int GetHashCode() => HashCode.Combine(_class, Key);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var call = _methods[targetMethod!].NewCall(args ?? [], out var response);
        Runtime.Send(_class, Key, call);
        return response;
    }
}
