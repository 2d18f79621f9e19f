using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Acquiring.Core.Refusals;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Acquiring.Cluster.Grains;

/// <summary>
/// Types of Core cross grains as JSON, so that Core needs no attribute and no reference. They are immutable: within a silo they are
/// passed on as they are.
/// </summary>
internal sealed class CoreTypesCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    /// <summary>Itself too: on the wire it stands for the type, and the receiver asks by it.</summary>
    public bool IsSupportedType(Type type) =>
        type == typeof(CoreTypesCodec) || (type.Assembly == typeof(Refusal).Assembly && !type.IsSubclassOf(typeof(Exception)));

    public bool? IsTypeAllowed(Type type) => IsSupportedType(type) ? true : null;

    public object? DeepCopy(object? input, CopyContext context) => input;

    void IFieldCodec.WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] object? value)
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value))
        {
            return;
        }

        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(CoreTypesCodec), WireType.TagDelimited);
        StringCodec.WriteField(ref writer, 0, value!.GetType().FullName!);
        ByteArrayCodec.WriteField(ref writer, 1, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType()));
        writer.WriteEndObject();
    }

    object? IFieldCodec.ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
        {
            return ReferenceCodec.ReadReference(ref reader, field.FieldType);
        }

        var placeholder = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        string? type = null;
        byte[]? json = null;
        uint fieldId = 0;
        while (true)
        {
            var header = reader.ReadFieldHeader();
            if (header.IsEndBaseOrEndObject)
            {
                break;
            }

            fieldId += header.FieldIdDelta;
            switch (fieldId)
            {
                case 0:
                    type = StringCodec.ReadValue(ref reader, header);
                    break;
                case 1:
                    json = ByteArrayCodec.ReadValue(ref reader, header);
                    break;
                default:
                    reader.ConsumeUnknownField(header);
                    break;
            }
        }

        var value = JsonSerializer.Deserialize(json, typeof(Refusal).Assembly.GetType(type!, throwOnError: true)!);
        ReferenceCodec.RecordObject(reader.Session, value!, placeholder);
        return value;
    }
}

internal static class CoreTypes
{
    public static IServiceCollection AddCoreTypes(this IServiceCollection services) => services
        .AddSingleton<CoreTypesCodec>()
        .AddSingleton<IGeneralizedCodec>(s => s.GetRequiredService<CoreTypesCodec>())
        .AddSingleton<IGeneralizedCopier>(s => s.GetRequiredService<CoreTypesCodec>())
        .AddSingleton<ITypeFilter>(s => s.GetRequiredService<CoreTypesCodec>());
}
