using Acquiring.Backend.Onboarding.Documents;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Onboarding;

/// <summary>What a verification binds to: the form word by word, and each paper by its hash.</summary>
internal static class VerifiedContent
{
    public static async Task<byte[]> MarkAsync(
        NpgsqlConnection connection, ApplicationSeals seals, StoredApplication application, CancellationToken cancellationToken)
    {
        var papers = await CompleteAsync(connection, application.Id, cancellationToken);
        return seals.MarkContent(new
        {
            application.FormVersion, application.Form, papers = papers.Select(d => $"{d.Id} {d.Kind} {Convert.ToHexStringLower(d.Sha256)}"),
        });
    }

    /// <summary>The papers that the form's version demands must be here, whole.</summary>
    public static async Task<Refusal?> MissingAsync(
        NpgsqlConnection connection, FormDefinition definition, StoredApplication application, CancellationToken cancellationToken)
    {
        var papers = await CompleteAsync(connection, application.Id, cancellationToken);
        string[] missing = [.. definition.DocumentsOf(application.Form.Kind).Except(papers.Select(d => d.Kind), StringComparer.Ordinal)];
        return missing.Length == 0 ? null
            : Refusal.Of(RefusalKind.Conflict, "application.documents-missing", new Detail("kinds", string.Join(", ", missing)));
    }

    private static async Task<List<StoredDocument>> CompleteAsync(NpgsqlConnection connection, Guid applicationId, CancellationToken cancellationToken) =>
        (await DocumentRows.ListAsync(connection, applicationId, cancellationToken)).FindAll(d => d.CompletedAt is not null);
}
