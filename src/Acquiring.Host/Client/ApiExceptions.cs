using System.Text.Json.Nodes;

namespace Acquiring.Host.Client;

/// <summary>The host answered with a problem document.</summary>
public sealed class ApiProblemException(JsonObject document) : Exception((string?)document["code"] ?? "")
{
    public JsonObject Document { get; } = document;

    public string Code => (string?)Document["code"] ?? "";

    public string Text => (string?)Document["detail"] ?? Code;
}

/// <summary>The connection ended before an answer: the outcome is unknown, and the whole act may be sent again.</summary>
public sealed class ConnectionLostException(Exception innerException) : Exception(innerException.Message, innerException);
