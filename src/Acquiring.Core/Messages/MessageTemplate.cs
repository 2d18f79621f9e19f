using System.Text;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Messages;

/// <summary>A fault of a template's text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Code">Text key of what is wrong.</param>
/// <param name="Found">The placeholder it is about.</param>
public readonly record struct TemplateFault(int Line, string Code, string Found);

/// <summary>
/// A text with named places: <c>Your shop {merchant} …</c>. What is put into a place is never read as a template itself: people write the
/// reasons that go into it. A brace that opens no place stands for itself nowhere; it is a fault.
/// </summary>
public sealed class MessageTemplate
{
    private readonly IReadOnlyList<(string Text, bool IsPlace)> _pieces;

    private MessageTemplate(IReadOnlyList<(string Text, bool IsPlace)> pieces) => _pieces = pieces;

    /// <param name="known">Places that there may be.</param>
    /// <param name="needed">Those of them without which the message does not say what it must.</param>
    public static MessageTemplate? Parse(string text, IReadOnlyList<string> known, IReadOnlyList<string> needed, out TemplateFault fault)
    {
        var pieces = new List<(string Text, bool IsPlace)>();
        var at = 0;
        fault = default;
        while (at < text.Length)
        {
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            if (brace < 0)
            {
                pieces.Add((text[at..], false));
                break;
            }

            var open = at + brace;
            var close = text.IndexOf('}', open);
            if (text[open] == '}' || close < 0)
            {
                fault = new(LineOf(text, open), "message.template.brace", text[open..Math.Min(open + 20, text.Length)].Split('\n')[0]);
                return null;
            }

            var name = text[(open + 1)..close];
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                fault = new(LineOf(text, open), "message.template.unknown-place", name.Length > 40 ? name[..40] : name);
                return null;
            }

            pieces.Add((text[at..open], false));
            pieces.Add((name, true));
            at = close + 1;
        }

        if (needed.FirstOrDefault(n => !pieces.Contains((n, true))) is { } missing)
        {
            fault = new(LineOf(text, text.Length), "message.template.missing-place", missing);
            return null;
        }

        return new(pieces);
    }

    /// <summary>A place without a value is left empty.</summary>
    public string Fill(IReadOnlyList<Detail> values)
    {
        var filled = new StringBuilder();
        foreach (var (text, isPlace) in _pieces)
        {
            filled.Append(isPlace ? values.FirstOrDefault(v => v.Name == text).Value : text);
        }

        return filled.ToString();
    }

    private static int LineOf(string text, int position) => 1 + text.AsSpan(0, position).Count('\n');
}
