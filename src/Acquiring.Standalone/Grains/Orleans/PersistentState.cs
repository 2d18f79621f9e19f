namespace Orleans.Core
{
    /// <summary>A stored record without its value.</summary>
    public interface IStorage
    {
        /// <summary>The stored version; null where no record was ever stored.</summary>
        string? Etag { get; }

        /// <summary>Whether a record is stored. False after a clear.</summary>
        bool RecordExists { get; }

        /// <summary>Removes the record. The version goes on counting, so a stale writer is still refused.</summary>
        /// <exception cref="Storage.InconsistentStateException">Somebody else wrote since the last read or write here.</exception>
        Task ClearStateAsync();

        /// <summary>Stores the state over the version last read or written here.</summary>
        /// <exception cref="Storage.InconsistentStateException">Somebody else wrote since: nothing is stored, the activation
        /// ends.</exception>
        Task WriteStateAsync();

        /// <summary>Reads the record again; changes in memory are lost.</summary>
        Task ReadStateAsync();

        /// <inheritdoc cref="ClearStateAsync()" />
        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        /// <inheritdoc cref="WriteStateAsync()" />
        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        /// <inheritdoc cref="ReadStateAsync()" />
        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <summary>A stored record and its value.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The value in memory; a new <typeparamref name="TState"/> where no record is stored.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>State of a grain that is read before it activates. Disposable things only: never money, never a decision.</summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>Marks a constructor parameter of type <see cref="IPersistentState{TState}"/>.</summary>
    /// <param name="stateName">Orleans stores by this name, so no two grain classes may share one; checked at start.</param>
    /// <param name="storageName">The store; null, or a name without a store of its own, is the default store.</param>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        public string StateName { get; } = stateName ?? throw new ArgumentNullException(nameof(stateName));

        public string? StorageName { get; } = storageName;
    }
}
