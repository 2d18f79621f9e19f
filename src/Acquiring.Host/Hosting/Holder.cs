using System.Text.Json;
using Acquiring.Backend.Platform;

namespace Acquiring.Host.Hosting;

/// <summary>
/// A note of who holds the data directory, for the texts of refusals only: the writer lock decides, never this file, which a killed
/// host leaves behind.
/// </summary>
public sealed record Holder(int ProcessId, string Verb, IReadOnlyList<string> Urls, string Database)
{
    public const string PrivateDatabase = "private";

    public bool IsServer => Verb == HostSettings.ServeVerb;

    public static Holder? Read(DataDirectory data)
    {
        try
        {
            return JsonSerializer.Deserialize<Holder>(File.ReadAllBytes(data.HolderPath), PlatformJson.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(DataDirectory data) => File.WriteAllBytes(data.HolderPath, JsonSerializer.SerializeToUtf8Bytes(this, PlatformJson.Options));

    public static void Forget(DataDirectory data) => File.Delete(data.HolderPath);
}
