using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Acquiring.Core.Merchants;

namespace Acquiring.Core.Tiers;

public enum TierOutcome
{
    Tier = 1,

    /// <summary>The MCC fits a tier, and what else it asks for is not evidenced, neither so nor otherwise.</summary>
    NotEnoughEvidence,

    None,
}

/// <summary>One thing that a decision rests on: an attribute, the township, or a group.</summary>
public readonly record struct TierEvidence(TierAttributeFact? Attribute, string? Township, string? Group);

/// <summary>Something whose change would change the decision.</summary>
/// <param name="Tier">What the merchant would get; <c>null</c> where it would lose what it has.</param>
/// <param name="Attribute">What would have to be evidenced, or to go.</param>
/// <param name="Needs">What it asks for: <c>true</c>, <c>&gt;=3</c>, or <c>named</c>.</param>
/// <param name="EndsOn">The date the evidence ends by itself.</param>
public readonly record struct TierLever(string? Tier, MerchantAttribute? Attribute, string? Needs, DateOnly? EndsOn);

/// <summary>The answer of one dimension. Its <see cref="Document"/> is the same text for the same rules and facts, whenever it is made.</summary>
/// <param name="Rule">The row that decided, where one did.</param>
/// <param name="Evidence">What was held against the rules, also where it speaks against a tier.</param>
/// <param name="Missing">Rows that would fit, were what they ask for evidenced.</param>
public sealed record TierDecision(
    TierDimension Dimension, TierOutcome Outcome, TierRule? Rule, string Mcc, IReadOnlyList<TierEvidence> Evidence,
    IReadOnlyList<TierRule> Missing, IReadOnlyList<TierLever> WouldChange)
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Tier => Rule?.Tier;

    public TierClass? Class => Rule?.Class;

    /// <summary>Canonical JSON: members in a fixed order, no white space, no culture. Date and version of the rules stand beside it, not in it.</summary>
    public string Document()
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("outcome", MerchantRefusals.Word(Outcome));
            if (Rule is { } rule)
            {
                json.WriteString("tier", rule.Tier);
                json.WriteString("rule", rule.Code);
            }

            json.WriteString("mcc", Mcc);
            WriteEvidence(json);
            WriteMissing(json);
            WriteLevers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private void WriteEvidence(Utf8JsonWriter json)
    {
        json.WriteStartArray("evidence");
        foreach (var evidence in Evidence)
        {
            json.WriteStartObject();
            if (evidence.Attribute is { } fact)
            {
                json.WriteString("attribute", MerchantRefusals.Word(fact.Attribute));
                json.WriteNumber("no", fact.No);
                json.WriteString("value", fact.Value);
            }
            else if (evidence.Township is { } township)
            {
                json.WriteString("township", township);
            }
            else
            {
                json.WriteString("group", evidence.Group);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMissing(Utf8JsonWriter json)
    {
        json.WriteStartArray("missing");
        foreach (var rule in Missing)
        {
            json.WriteStartObject();
            json.WriteString("tier", rule.Tier);
            json.WriteString("attribute", MerchantRefusals.Word(DecideTiers.Asked(rule)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteLevers(Utf8JsonWriter json)
    {
        json.WriteStartArray("wouldChange");
        foreach (var lever in WouldChange)
        {
            json.WriteStartObject();
            if (lever.Tier is { } tier)
            {
                json.WriteString("gives", tier);
            }

            json.WriteString("what", lever.Attribute is { } attribute ? MerchantRefusals.Word(attribute) : lever.Needs is null ? "mcc" : "group");
            if (lever.Attribute is not null || lever.Needs is not null)
            {
                json.WriteString("needs", lever.Needs);
            }

            if (lever.EndsOn is { } end)
            {
                json.WriteString("endsOn", end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
