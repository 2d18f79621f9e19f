using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.PersonalData;

public static class PersonalDataRefusals
{
    public static Refusal FileUnreachable(string path) => OfFile("personal-data.key-file-unreachable", path);

    public static Refusal FileOpenToOthers(string path) => OfFile("personal-data.key-file-open-to-others", path);

    public static Refusal NotAKeyFile(string path) => OfFile("personal-data.not-a-key-file", path);

    public static Refusal AnotherKey(string path) => OfFile("personal-data.another-key", path);

    /// <summary>The database was sealed with a key, and there is no key file.</summary>
    public static Refusal KeyMissing(string path) => OfFile("personal-data.key-missing", path);

    public static Refusal CannotOpen() => Refusal.Of(RefusalKind.Unavailable, "personal-data.cannot-open");

    private static Refusal OfFile(string code, string path) => Refusal.Of(RefusalKind.Unavailable, code, new Detail("path", path));
}
