using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>
/// The one master key of a data directory, 32 random bytes in a file of its own that only its owner may read. It never enters
/// the database or a backup of it. Losing it loses every account and ID number sealed with it: back it up apart.
/// </summary>
public sealed class PersonalDataKey
{
    public const int Bytes = 32;

    /// <summary>Where the key is when no setting says otherwise, below the data directory.</summary>
    public const string DefaultFile = "keys/personal-data.key";

    /// <summary>Names another file for the key, outside the data directory.</summary>
    public const string FileVariable = "ACQUIRING_KEY_FILE";

    private const string Header = "acquiring-personal-data-key-1";
    private const int FileBytesMax = 4096;

    private readonly byte[] _master;

    public PersonalDataKey(ReadOnlySpan<byte> master, short id = 1)
    {
        if (master.Length != Bytes)
        {
            throw new ArgumentException($"a master key has {Bytes} bytes", nameof(master));
        }

        _master = master.ToArray();
        Id = id;
    }

    public short Id { get; }

    /// <summary>Whether this start made the file. A database that already has a key then belongs to another, missing one.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Where the key came from; <c>null</c> for one that never was in a file.</summary>
    public string? File { get; private init; }

    /// <summary>
    /// Takes back a file made at this start, before anything was sealed with it: else the next start would not see that the right
    /// one is missing.
    /// </summary>
    internal void Forget()
    {
        if (IsNew && File is { } file)
        {
            System.IO.File.Delete(file);
        }
    }

    /// <summary>The file a data directory uses: <paramref name="overridden"/> (<c>ACQUIRING_KEY_FILE</c>) when given.</summary>
    public static string PathFor(string dataDirectory, string? overridden) =>
        string.IsNullOrWhiteSpace(overridden) ? Path.Combine(dataDirectory, "keys", "personal-data.key") : Path.GetFullPath(overridden);

    /// <summary>
    /// Reads the key, or makes it where there is none. Throws <see cref="RefusedException"/> when the file is not a key
    /// file, cannot be read or made, or may be read by others.
    /// </summary>
    public static PersonalDataKey LoadOrCreate(string path)
    {
        try
        {
            return System.IO.File.Exists(path) ? Load(path) : Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(PersonalDataRefusals.FileUnreachable(path), e);
        }
    }

    internal byte[] Subkey(string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _master, Bytes, info: Encoding.ASCII.GetBytes($"acquiring/{Id}/{use}"));

    private static PersonalDataKey Load(string path)
    {
        if (!OperatingSystem.IsWindows()
            && (System.IO.File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            throw new RefusedException(PersonalDataRefusals.FileOpenToOthers(path));
        }

        if (new FileInfo(path).Length > FileBytesMax)
        {
            throw new RefusedException(PersonalDataRefusals.NotAKeyFile(path));
        }

        var parts = System.IO.File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var master = new byte[Bytes];
        if (parts is not [Header, var text] || !Convert.TryFromBase64String(text, master, out var length) || length != Bytes)
        {
            throw new RefusedException(PersonalDataRefusals.NotAKeyFile(path));
        }

        return new(master) { File = path };
    }

    private static PersonalDataKey Create(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var master = RandomNumberGenerator.GetBytes(Bytes);

        // Written aside, made durable and then moved: a crash never leaves half a key, nor a key that sealed something and is gone.
        var aside = path + ".new";
        System.IO.File.Delete(aside);
        using (var file = new FileStream(aside, options))
        {
            file.Write(Encoding.ASCII.GetBytes($"{Header}\n{Convert.ToBase64String(master)}\n"));
            file.Flush(flushToDisk: true);
        }

        System.IO.File.Move(aside, path, overwrite: false);
        return new(master) { IsNew = true, File = path };
    }
}
