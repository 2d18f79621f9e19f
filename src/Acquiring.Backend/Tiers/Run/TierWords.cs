using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>The words that rows have for the values of Core, both ways.</summary>
internal static class TierWords
{
    private static readonly string[] s_dimensions = [.. Enum.GetValues<TierDimension>().Select(MerchantRefusals.Word)];
    private static readonly string[] s_outcomes = [.. Enum.GetValues<TierOutcome>().Select(MerchantRefusals.Word)];
    private static readonly string[] s_moves = [.. Enum.GetValues<TierMove>().Select(MerchantRefusals.Word)];

    public static IReadOnlyList<string> Dimensions => s_dimensions;

    public static IReadOnlyList<string> Moves => s_moves;

    public static string Of(TierDimension dimension) => s_dimensions[(int)dimension - 1];

    public static string Of(TierOutcome outcome) => s_outcomes[(int)outcome - 1];

    public static string Of(TierMove move) => s_moves[(int)move - 1];

    public static string? Of(TierClass? tierClass) => tierClass is { } c ? c == TierClass.Big ? "big" : "small" : null;

    public static string? Of(TierGrade? grade) => grade is { } g ? Of(g) : null;

    public static string Of(TierGrade grade) => grade switch { TierGrade.A => "a", TierGrade.B => "b", TierGrade.C => "c", _ => "d" };

    public static TierDimension Dimension(string word) => (TierDimension)(Array.IndexOf(s_dimensions, word) + 1);

    public static TierOutcome Outcome(string word) => (TierOutcome)(Array.IndexOf(s_outcomes, word) + 1);

    public static TierGrade Grade(string word) => (TierGrade)(word[0] - 'a' + 1);

    public static TierGrade? GradeOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Grade(reader.GetString(column));

    public static TierClass? ClassOrNull(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column) == "big" ? TierClass.Big : TierClass.Small;
}
