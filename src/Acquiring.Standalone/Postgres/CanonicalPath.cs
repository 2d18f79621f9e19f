namespace Acquiring.Standalone.Postgres;

/// <summary>One name for one folder, so that a server started under one name is recognised under another.</summary>
public static class CanonicalPath
{
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        var here = new DirectoryInfo(Path.Combine(Of(parent), Path.GetFileName(full)));
        // What does not exist yet is no link.
        return here.Exists && here.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Of(target.FullName) : here.FullName;
    }
}
