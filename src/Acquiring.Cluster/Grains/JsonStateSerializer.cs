using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace Acquiring.Cluster.Grains;

/// <summary>State as the standalone runtime writes it, so that either opens the other's database.</summary>
internal sealed class JsonStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, s_json));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, s_json);
}
