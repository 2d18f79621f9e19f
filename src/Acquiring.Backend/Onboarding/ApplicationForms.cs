using Acquiring.Core.Onboarding;
using Npgsql;

namespace Acquiring.Backend.Onboarding;

/// <summary>Judges a form with what only the database knows.</summary>
internal static class ApplicationForms
{
    /// <summary>More than the longest form there can be.</summary>
    public const int BytesMax = 32 * 1024;

    public static async Task<List<FieldFault>> JudgeAsync(
        NpgsqlConnection connection, FormDefinition definition, ApplicationForm form, DateOnly today, CancellationToken cancellationToken)
    {
        var faults = FormChecks.Of(definition, form, today).ToList();
        if (form.BranchCode is { } branch && faults.TrueForAll(f => f.Path != "form.branchCode")
            && !await ApplicationRows.BranchExistsAsync(connection, branch, cancellationToken))
        {
            faults.Add(new("form.branchCode", "application.field.branch-unknown", IsHard: false, []));
        }

        if (System.Text.Encoding.UTF8.GetByteCount(ApplicationSeals.Json(form)) > BytesMax)
        {
            faults.Add(new("form", "application.field.too-large", IsHard: true, [new("max", $"{BytesMax}")]));
        }

        return faults;
    }
}
