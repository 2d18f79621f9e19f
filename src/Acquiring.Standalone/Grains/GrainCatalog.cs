using System.Collections.Frozen;
using System.Reflection;
using Orleans;

namespace Acquiring.Standalone.Grains;

/// <summary>The grain classes and which interface leads to which, found once at start.</summary>
internal sealed class GrainCatalog
{
    private GrainCatalog(FrozenDictionary<Type, GrainClass> byInterface)
    {
        ByInterface = byInterface;
        Classes = [.. byInterface.Values.Distinct()];
    }

    public FrozenDictionary<Type, GrainClass> ByInterface { get; }

    public IReadOnlyList<GrainClass> Classes { get; }

    /// <summary>All grain classes of these assemblies, private nested ones excepted.</summary>
    public static GrainCatalog Of(IEnumerable<Assembly> assemblies) =>
        Of(assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => !type.IsNestedPrivate));

    /// <exception cref="InvalidOperationException">Two classes on one interface, two on one state name, or a class unfit for a
    /// grain.</exception>
    public static GrainCatalog Of(IEnumerable<Type> types)
    {
        Dictionary<Type, GrainClass> byInterface = [];
        Dictionary<string, GrainClass> byState = new(StringComparer.Ordinal);
        foreach (var type in types.Where(t => t is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(t)))
        {
            var grainClass = new GrainClass(type);
            foreach (var grainInterface in InterfacesOf(type))
            {
                if (!byInterface.TryAdd(grainInterface, grainClass))
                {
                    throw new InvalidOperationException(
                        $"Both {byInterface[grainInterface].Type} and {type} implement {grainInterface}: a grain interface has one class.");
                }
            }

            foreach (var state in grainClass.StateNames)
            {
                if (!byState.TryAdd(state, grainClass))
                {
                    throw new InvalidOperationException(
                        $"Both {byState[state].Type} and {type} keep a state named \"{state}\": it is stored by that name, so each "
                        + "needs its own.");
                }
            }
        }

        return new GrainCatalog(byInterface.ToFrozenDictionary());
    }

    private static IEnumerable<Type> InterfacesOf(Type grainClass)
    {
        var interfaces = grainClass.GetInterfaces()
            .Where(i => typeof(IGrainWithStringKey).IsAssignableFrom(i) && i != typeof(IGrainWithStringKey))
            .ToList();
        return interfaces.Count > 0
            ? interfaces
            : throw new InvalidOperationException($"Grain class {grainClass} implements no interface that extends IGrainWithStringKey.");
    }
}
