using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.PersonalData;

public static class PersonalDataRefusals
{
    public static Refusal FileUnreachable(string path) => OfFile("personal-data.key-file-unreachable", path);

    public static Refusal FileOpenToOthers(string path) => OfFile("personal-data.key-file-open-to-others", path);

    public static Refusal NotAKeyFile(string path) => OfFile("personal-data.not-a-key-file", path);

    public static Refusal AnotherKey() => Refusal.Of(RefusalKind.Unavailable, "personal-data.another-key");

    /// <summary>The database was sealed with a key, and the key file had to be made new: the right one is elsewhere.</summary>
    public static Refusal KeyMissing() => Refusal.Of(RefusalKind.Unavailable, "personal-data.key-missing");

    public static Refusal CannotOpen() => Refusal.Of(RefusalKind.Unavailable, "personal-data.cannot-open");

    private static Refusal OfFile(string code, string path) => Refusal.Of(RefusalKind.Unavailable, code, new Detail("path", path));
}
