namespace Acquiring.Host.Hosting;

/// <summary>What a host is told before it starts.</summary>
/// <param name="Data">Where everything is kept.</param>
/// <param name="Verb">The verb it runs for; <c>serve</c> stays until it is stopped.</param>
/// <param name="Database">Connection string of a given PostgreSQL; <c>null</c> starts the private one.</param>
/// <param name="Urls">TCP addresses to listen on, beside the socket; none for a verb.</param>
/// <param name="Runtime">Where grains live.</param>
/// <param name="Insecure">Allows addresses that other machines reach. There is no sign-in yet.</param>
public sealed record HostSettings(DataDirectory Data, string Verb, string? Database, IReadOnlyList<string> Urls, bool Insecure, IHostRuntime Runtime)
{
    public const string UrlDefault = "http://127.0.0.1:5080";
    public const string ServeVerb = "serve";
    public const string NightVerb = "night";

    public bool IsServer => Verb == ServeVerb;
}
