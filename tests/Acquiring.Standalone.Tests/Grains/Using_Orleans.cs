using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Acquiring.Backend.Platform;

namespace Acquiring.Standalone.Tests.Grains;

/// <summary>
/// What of Orleans our code may use. Each of these is in <c>tests/Acquiring.GrainContract</c>, which runs against both runtimes.
/// </summary>
public sealed class Using_Orleans
{
    private static readonly string[] Allowed =
    [
        "Orleans.Core.IStorage",
        "Orleans.Core.IStorage.WriteStateAsync(CancellationToken)",
        "Orleans.Core.IStorage`1",
        "Orleans.Core.IStorage`1.get_State()",
        "Orleans.Core.IStorage`1.set_State(!0)",
        "Orleans.DeactivationReason",
        "Orleans.GenerateSerializerAttribute",
        "Orleans.GenerateSerializerAttribute..ctor()",
        "Orleans.Grain",
        "Orleans.Grain..ctor()",
        "override Orleans.Grain.OnDeactivateAsync(DeactivationReason, CancellationToken)",
        "Orleans.GrainBaseExtensions",
        "Orleans.GrainBaseExtensions.RegisterGrainTimer(IGrainBase, Func`2, GrainTimerCreationOptions)",
        "Orleans.GrainExtensions",
        "Orleans.GrainExtensions.GetPrimaryKeyString(IAddressable)",
        "Orleans.IdAttribute",
        "Orleans.IdAttribute..ctor(UInt32)",
        "Orleans.IGrain",
        "Orleans.IGrainBase",
        "Orleans.IGrainFactory",
        "Orleans.IGrainFactory.GetGrain(String, String)",
        "Orleans.IGrainWithStringKey",
        "Orleans.Runtime.GrainTimerCreationOptions",
        "Orleans.Runtime.GrainTimerCreationOptions..ctor()",
        "Orleans.Runtime.GrainTimerCreationOptions.set_DueTime(TimeSpan)",
        "Orleans.Runtime.GrainTimerCreationOptions.set_Period(TimeSpan)",
        "Orleans.Runtime.IAddressable",
        "Orleans.Runtime.IGrainTimer",
        "Orleans.Runtime.IPersistentState`1",
        // What a caller answers with 503: Failing, Waiting_too_long, and a silo's death (Acquiring.Cluster.Acceptance).
        "Orleans.Runtime.LimitExceededException",
        "Orleans.Runtime.OrleansException",
        "Orleans.Runtime.OrleansMessageRejectionException",
        "Orleans.Runtime.PersistentStateAttribute",
        "Orleans.Runtime.PersistentStateAttribute..ctor(String, String)",
        "Orleans.Storage.InconsistentStateException",
    ];

    [Fact]
    public void Only_members_that_the_contract_covers_are_used()
    {
        var used = UsedBy(typeof(ChangeCounter).Assembly);
        used.ShouldContain("Orleans.IGrainFactory.GetGrain(String, String)"); // it looked where it should

        used.Except(Allowed).Order(StringComparer.Ordinal).ShouldBeEmpty(
            "These members of Orleans are new to the product. First add what is relied on of them to tests/Acquiring.GrainContract and see it "
            + "hold on both runtimes (standalone and -p:Runtime=cluster), then add them to this list.");
        Allowed.Except(used).Order(StringComparer.Ordinal).ShouldBeEmpty("These members of Orleans are used no more: take them off the list.");
    }

    private static HashSet<string> UsedBy(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var names = new Names();
        var types = metadata.TypeReferences.Select(handle => names.GetTypeFromReference(metadata, handle, 0));
        var members = metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Select(member => Full(metadata, names, member.Parent) + "." + metadata.GetString(member.Name) + member.GetKind() switch
            {
                MemberReferenceKind.Method => Parameters(member.DecodeMethodSignature(names, null)),
                _ => "",
            });
        var overrides =
            from type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            where !type.BaseType.IsNil
            let parent = Full(metadata, names, type.BaseType)
            from method in type.GetMethods().Select(metadata.GetMethodDefinition)
            where method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.NewSlot)
            select $"override {parent}.{metadata.GetString(method.Name)}{Parameters(method.DecodeSignature(names, null))}";
        return types.Concat(members).Concat(overrides)
            .Where(name => name.StartsWith("Orleans.", StringComparison.Ordinal) || name.StartsWith("override Orleans.", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
    }

    private static string Parameters(MethodSignature<string> signature) =>
        $"({string.Join(", ", signature.ParameterTypes.Select(type => type[(type.LastIndexOf('.') + 1)..]))})";

    private static string Full(MetadataReader metadata, Names names, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference => names.GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0),
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(names, null),
        _ => "",
    };

    /// <summary>Names of types without their arguments: which member it is, not of what.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            var outer = type.ResolutionScope.Kind == HandleKind.TypeReference
                ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0) + "+"
                : reader.GetString(type.Namespace) + ".";
            return outer + reader.GetString(type.Name);
        }

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[]";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetPointerType(string elementType) => elementType + "*";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "fn";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;
    }
}
