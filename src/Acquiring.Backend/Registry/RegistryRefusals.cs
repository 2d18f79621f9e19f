using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;

namespace Acquiring.Backend.Registry;

/// <summary>Why an import is refused as a whole. What is wrong with single rows is in the report.</summary>
public static class RegistryRefusals
{
    public static Refusal NoFiles() => Refusal.Of(RefusalKind.Invalid, "registry.no-files");

    public static Refusal FileTwice(RegistryFile file) => OfFile(RefusalKind.Invalid, "registry.file-twice", NameOf(file));

    public static Refusal FileEmpty(string file) => OfFile(RefusalKind.Invalid, "registry.file-empty", file);

    public static Refusal FileIsUtf16(string file) => OfFile(RefusalKind.Invalid, "registry.file-utf16", file);

    public static Refusal FileIsNoText(string file) => OfFile(RefusalKind.Invalid, "registry.file-no-text", file);

    public static Refusal FileTooLarge(string file, long bytesMax) =>
        OfFile(RefusalKind.TooLarge, "registry.file-too-large", file, new Detail("maxMegabytes", $"{bytesMax >> 20}"));

    public static Refusal TooManyRows(string file, int rowsMax) =>
        OfFile(RefusalKind.TooLarge, "registry.too-many-rows", file, new Detail("max", $"{rowsMax}"));

    public static Refusal RowTooLong(string file, int row, int bytesMax) =>
        OfFile(RefusalKind.TooLarge, "registry.row-too-long", file, new Detail("row", $"{row}"), new Detail("max", $"{bytesMax}"));

    public static Refusal Columns(
        string file, IEnumerable<string> expected, IEnumerable<string> missing, IEnumerable<string> unknown, IEnumerable<string> repeated) =>
        OfFile(RefusalKind.Invalid, "registry.columns", file,
            new Detail("missing", List(missing)), new Detail("unknown", List(unknown)), new Detail("repeated", List(repeated)),
            new Detail("expected", List(expected)));

    public static Refusal EffectiveOnRange(DateOnly min, DateOnly max) => Refusal.Of(
        RefusalKind.Invalid, "registry.effective-on-range", new Detail("min", $"{min:yyyy-MM-dd}"), new Detail("max", $"{max:yyyy-MM-dd}"));

    public static Refusal RowsBad(int rows) => Refusal.Of(RefusalKind.Rule, "registry.rows-bad", new Detail("rows", $"{rows}"));

    public static Refusal NotMultipart() => Refusal.Of(RefusalKind.Invalid, "registry.not-multipart");

    public static Refusal UnknownPart(string part) => Refusal.Of(RefusalKind.Invalid, "registry.unknown-part", new Detail("part", part));

    public static Refusal BrokenUpload() => Refusal.Of(RefusalKind.Invalid, "registry.broken-upload");

    internal static string NameOf(RegistryFile file) => file switch
    {
        RegistryFile.Branches => "branches",
        RegistryFile.Merchants => "merchants",
        RegistryFile.Terminals => "terminals",
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, null),
    };

    private static Refusal OfFile(RefusalKind kind, string code, string file, params IEnumerable<Detail> details) =>
        Refusal.Of(kind, code, [new("file", file), .. details]);

    private static string List(IEnumerable<string> names)
    {
        var list = string.Join(", ", names);
        return list.Length == 0 ? "-" : list;
    }
}
