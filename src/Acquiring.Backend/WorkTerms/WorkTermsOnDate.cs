using Acquiring.Core.FollowUp;
using Acquiring.Core.Merchants;
using Acquiring.Core.WorkTerms;
using Npgsql;

namespace Acquiring.Backend.WorkTerms;

/// <summary>The terms of every branch on a date.</summary>
internal sealed class WorkTermsOnDate
{
    private readonly Dictionary<(string Branch, WorkTerm Term), long> _values = [];

    public static async Task<WorkTermsOnDate> LoadAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        var terms = new WorkTermsOnDate();
        var words = Enum.GetValues<WorkTerm>().ToDictionary(MerchantRefusals.Word, StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("select branch_code, term, value from work_terms_on($1)", connection);
        command.Parameters.Add(new() { Value = on });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (words.TryGetValue(reader.GetString(1), out var term))
            {
                terms._values[(reader.GetString(0), term)] = reader.GetInt64(2);
            }
        }

        return terms;
    }

    /// <param name="branch">Empty: the whole bank.</param>
    public long Of(WorkTerm term, string branch = "") => _values[(branch, term)];

    public FollowUpDays DaysOf(string branch)
    {
        return new(
            Days(WorkTerm.ReverifyDays), Days(WorkTerm.RecoverDays), Days(WorkTerm.RemindDays), Days(WorkTerm.TrainDays), Days(WorkTerm.RepriceDays),
            Days(WorkTerm.ProposeRemovalDays));

        int Days(WorkTerm term) => (int)Of(term, branch);
    }
}
