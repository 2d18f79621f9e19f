using Acquiring.Standalone.Grains;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The key the grain was addressed by.</summary>
    /// <exception cref="ArgumentException">Neither a grain of this runtime nor a reference to one.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain switch
    {
        Grain instance => instance.Activation.Key,
        GrainProxy reference => reference.Key,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };

    /// <summary>A reference to this grain, to be handed to others: a grain object itself must never leave its activation.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
    {
        Grain instance => (TGrainInterface)instance.Activation.Runtime.Reference(typeof(TGrainInterface), instance.Activation.Key),
        GrainProxy reference => (TGrainInterface)reference.Runtime.Reference(typeof(TGrainInterface), reference.Key),
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };
}
