using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Merchants;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>The words that rows have for the values of Core, both ways.</summary>
internal static class VerdictWords
{
    private static readonly string[] s_layers = [.. Enum.GetValues<PolicyLayer>().Select(MerchantRefusals.Word)];
    private static readonly string[] s_states = [.. Enum.GetValues<PolicyState>().Select(MerchantRefusals.Word)];

    public static IReadOnlyList<string> Layers => s_layers;

    public static IReadOnlyList<string> States => s_states;

    public static string Of(PolicyLayer layer) => s_layers[(int)layer - 1];

    public static string Of(PolicyState state) => s_states[(int)state - 1];

    public static PolicyLayer Layer(string word) => (PolicyLayer)(Array.IndexOf(s_layers, word) + 1);

    public static PolicyState State(string word) => (PolicyState)(Array.IndexOf(s_states, word) + 1);

    /// <summary>What a night counts a row as: the layer of what is found, <c>exempt</c>, or <c>cleared</c>.</summary>
    public static string Count(string layer, string state) => state switch { "found" => layer, "clear" => "cleared", _ => state };
}
