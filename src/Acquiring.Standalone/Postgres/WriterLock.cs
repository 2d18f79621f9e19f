using System.Globalization;
using System.Text;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// Whoever holds it is the one writer process of a data directory. The operating system frees it when the process ends, however it
/// ends; the file stays, and its content (the holder's process id) means nothing by itself.
/// </summary>
public sealed class WriterLock : IDisposable
{
    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <returns>Null when another process, or another part of this one, holds it.</returns>
    public static WriterLock? TryAcquire(string dataDirectory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "run")).FullName;
        try
        {
            var file = new FileStream(Path.Combine(folder, "writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new(file);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK of flock is 11 on Linux and 35 on macOS; Windows says ERROR_SHARING_VIOLATION.
    private static bool IsHeldByAnother(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32 : e.HResult is 11 or 35;
}
