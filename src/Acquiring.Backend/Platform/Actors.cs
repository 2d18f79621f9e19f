namespace Acquiring.Backend.Platform;

/// <summary>Who acts, as long as there is no sign-in and only this machine is served.</summary>
internal static class Actors
{
    public const string Operator = "operator";
}
