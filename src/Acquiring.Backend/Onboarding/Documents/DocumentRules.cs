using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Onboarding.Documents;

/// <summary>What a document may be.</summary>
internal static class DocumentRules
{
    public const long SizeBytesMax = 10 << 20;
    public const int ChunkBytesMax = 1 << 20;
    public const int NameCharsMax = 100;
    public const int PerApplicationMax = 30;

    private static readonly Dictionary<string, byte[]> s_firstBytes = new(StringComparer.Ordinal)
    {
        ["image/jpeg"] = [0xFF, 0xD8, 0xFF],
        ["image/png"] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        ["application/pdf"] = [0x25, 0x50, 0x44, 0x46, 0x2D],
    };

    /// <summary>All faults at once, in the order of the request.</summary>
    public static List<FieldFault> Check(DeclareDocumentRequest request, FormDefinition definition) =>
        Check(request, [.. definition.Documents.Select(d => d.Kind)]);

    /// <summary>All faults at once, in the order of the request.</summary>
    public static List<FieldFault> Check(DeclareDocumentRequest request, IReadOnlyList<string> kinds)
    {
        var faults = new List<FieldFault>();
        if (!kinds.Contains(request.Kind))
        {
            Fault("kind", "document.kind", new Detail("known", string.Join(", ", kinds)));
        }

        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > NameCharsMax || request.Name.Any(char.IsControl))
        {
            Fault("name", "document.name", new Detail("max", $"{NameCharsMax}"));
        }
        else if (CardLikeText.Has(request.Name))
        {
            Fault("name", "application.field.card-number");
        }

        if (request.SizeBytes is < 1 or > SizeBytesMax)
        {
            Fault("sizeBytes", "document.size", new Detail("max", $"{SizeBytesMax}"));
        }

        if (request.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigit))
        {
            Fault("sha256", "document.sha256");
        }

        if (!s_firstBytes.ContainsKey(request.MediaType ?? ""))
        {
            Fault("mediaType", "document.media-type", new Detail("known", string.Join(", ", s_firstBytes.Keys)));
        }

        return faults;

        void Fault(string path, string code, params IReadOnlyList<Detail> details) => faults.Add(new(path, code, IsHard: true, details));
    }

    public static bool BeginsAs(string mediaType, ReadOnlySpan<byte> bytes) => bytes.StartsWith(s_firstBytes[mediaType]);

    public static Refusal Unknown(Guid id) => Refusal.Of(RefusalKind.NotFound, "document.unknown", new Detail("documentId", $"{id}"));

    public static Refusal Invalid(int count) => Refusal.Of(RefusalKind.Invalid, "document.invalid", new Detail("count", $"{count}"));

    public static Refusal Differs(Guid id) => Refusal.Of(RefusalKind.Rule, "document.differs", new Detail("documentId", $"{id}"));

    public static Refusal TooMany() => Refusal.Of(RefusalKind.Conflict, "document.too-many", new Detail("max", $"{PerApplicationMax}"));

    public static Refusal Closed(ApplicationState state) =>
        Refusal.Of(RefusalKind.Conflict, "document.closed", new Detail("state", ApplicationStanding.Word(state)));

    public static Refusal EmptyChunk() => Refusal.Of(RefusalKind.Invalid, "document.empty-chunk");

    public static Refusal Gap(long received) => Refusal.Of(RefusalKind.Conflict, "document.gap", new Detail("received", $"{received}"));

    public static Refusal TooLong(long size) => Refusal.Of(RefusalKind.Rule, "document.too-long", new Detail("size", $"{size}"));

    public static Refusal HashDiffers() => Refusal.Of(RefusalKind.Rule, "document.hash-differs");

    public static Refusal NotWhatItSays(string mediaType) =>
        Refusal.Of(RefusalKind.Rule, "document.not-what-it-says", new Detail("mediaType", mediaType));

    public static Refusal Incomplete(long received, long size) => Refusal.Of(
        RefusalKind.Conflict, "document.incomplete", new Detail("received", $"{received}"), new Detail("size", $"{size}"));
}
