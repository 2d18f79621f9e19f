using Acquiring.Core.Refusals;

namespace Acquiring.Host.Client;

/// <summary>Files that people name on the command line, refused with the reason before anything is sent.</summary>
internal static class LocalFiles
{
    /// <exception cref="RefusedException">It is not there, a directory, or cannot be read.</exception>
    public static void Check(string path)
    {
        var detail = new Detail("file", path);
        if (Directory.Exists(path))
        {
            throw new RefusedException(Refusal.Of(RefusalKind.Invalid, "local.is-directory", detail));
        }

        if (!File.Exists(path))
        {
            throw new RefusedException(Refusal.Of(RefusalKind.NotFound, "local.file-not-found", detail));
        }

        try
        {
            using var file = File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(Refusal.Of(RefusalKind.Invalid, "local.file-unreadable", detail, new Detail("reason", e.Message)), e);
        }
    }
}
