using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Acquiring.Cluster.Grains;

/// <summary>Where a silo keeps grains' state and how their messages look: the same for the product and for the tests of what it relies on.</summary>
internal static class SiloGrains
{
    public const string Invariant = "Npgsql";

    /// <summary>As <c>[PersistentState("…", "acquiring")]</c> names it.</summary>
    private const string StorageName = "acquiring";

    public static ISiloBuilder AddGrainsOn(this ISiloBuilder silo, string connectionString)
    {
        silo.AddAdoNetGrainStorage(StorageName, o =>
        {
            (o.Invariant, o.ConnectionString) = (Invariant, connectionString);
            o.GrainStorageSerializer = new JsonStateSerializer();
        });
        silo.Services.AddSerializer(serializer => serializer.Services.AddCoreTypes());
        return silo;
    }
}
