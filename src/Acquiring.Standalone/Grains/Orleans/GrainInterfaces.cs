// The names, namespaces and signatures in this folder are Orleans' own (10.4), so that grain source compiles unchanged against
// Microsoft.Orleans.Sdk. What we do not use is left out on purpose; nothing is added.

namespace Orleans.Runtime
{
    /// <summary>Anything a message can be addressed to: a grain, or a reference to one.</summary>
    public interface IAddressable;

    /// <summary>One activation of a grain as the runtime sees it.</summary>
    public interface IGrainContext
    {
        /// <summary>The grain object; null until its constructor has returned.</summary>
        object? GrainInstance { get; }

        /// <summary>The service scope of this activation; it ends with the activation.</summary>
        IServiceProvider ActivationServices { get; }

        /// <summary>Asks for deactivation after the calls now running. Returns at once; asking twice is harmless.</summary>
        /// <param name="deactivationReason">Handed to <c>OnDeactivateAsync</c>.</param>
        /// <param name="cancellationToken">Accepted for Orleans' signature; deactivation is bounded by the runtime's own limit.</param>
        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }
}

namespace Orleans
{
    /// <summary>A grain interface. Methods return Task, Task&lt;T&gt;, ValueTask or ValueTask&lt;T&gt;.</summary>
    public interface IGrain : Runtime.IAddressable;

    /// <summary>A grain known by a text key. Keys carry a prefix that is no number (<c>m:102360758120004</c>), see house rules.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>What the runtime calls on a grain.</summary>
    public interface IGrainBase
    {
        /// <summary>The activation this grain object belongs to.</summary>
        Runtime.IGrainContext GrainContext { get; }

        /// <summary>Runs once, before the first call. A throw fails the calls that waited and leaves no activation.</summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Runs once, after the last call.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>Gives references to grains. A reference costs nothing and activates nothing until it is called.</summary>
    public interface IGrainFactory
    {
        /// <summary>A reference to the grain with this key.</summary>
        /// <param name="primaryKey">Not null, not empty.</param>
        /// <param name="grainClassNamePrefix">Start of the full name of the grain class, where an interface needs it; normally
        /// null.</param>
        /// <exception cref="ArgumentException">No grain class implements the interface, or the key is empty.</exception>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>The same, for an interface known at run time only.</summary>
        /// <exception cref="ArgumentException">No grain class implements the interface, or the key is empty.</exception>
        IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
    }
}
