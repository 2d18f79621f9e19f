using System.Globalization;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Messages.Templates;

/// <param name="Subject">Of an e-mail; a short message has none.</param>
internal sealed record MessageContent(string Subject, string Body);

/// <summary>
/// The wordings in both languages: the product's own, or the bank's from a directory of files named <c>merchant-restricted.zh-CN.txt</c>,
/// whose first line is the subject and whose lines after an empty one are the body. All are judged at the start.
/// </summary>
internal sealed class TemplateBook
{
    public const int FileCharsMax = 4_000;

    /// <summary>Never cut: a message says all of its why and cure, whose lengths are bounded.</summary>
    private readonly Dictionary<(string Name, string Language), (MessageTemplate Subject, MessageTemplate Body)> _wordings = [];

    /// <exception cref="RefusedException">A file of the bank's that is no template, or not one of ours.</exception>
    public TemplateBook(TextCatalog texts, MessageOptions options)
    {
        foreach (var kind in MessageKind.All)
        {
            foreach (var language in (CultureInfo[])[TextCatalog.Chinese, TextCatalog.English])
            {
                var key = $"message.template.{kind.Name}";
                Add(key, kind, language.Name, texts.Text($"{key}.subject", language), texts.Text($"{key}.body", language), bodyFrom: 1);
            }
        }

        if (options.TemplateDirectory is { } directory)
        {
            AddOwn(directory);
        }
    }

    public MessageContent Fill(MessageKind kind, string language, IReadOnlyList<Detail> values)
    {
        var (subject, body) = _wordings[(kind.Name, language)];
        // A subject is one line, whatever people wrote.
        return new(string.Concat(subject.Fill(values).Select(c => char.IsControl(c) ? ' ' : c)), body.Fill(values));
    }

    private void AddOwn(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new RefusedException(MessageRefusals.BadSetting("Messages:TemplateDirectory", directory, "…"));
        }

        foreach (var path in Directory.EnumerateFiles(directory, "*.txt").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            var parts = file.Split('.');
            if (parts.Length != 3 || MessageKind.All.FirstOrDefault(k => k.Name == parts[0]) is not { } kind || parts[1] is not ("zh-CN" or "en"))
            {
                throw new RefusedException(MessageRefusals.UnknownTemplateFile(file, MessageKind.All.Select(k => k.Name)));
            }

            var text = File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd();
            var lines = text.Split('\n');
            if (text.Length > FileCharsMax || lines.Length < 3 || lines[0].Length == 0 || lines[1].Length > 0)
            {
                throw new RefusedException(MessageRefusals.BadTemplate(file, new(1, "message.template.shape", $"{FileCharsMax}")));
            }

            Add(file, kind, parts[1], lines[0], string.Join('\n', lines[2..]), bodyFrom: 3);
        }
    }

    private void Add(string file, MessageKind kind, string language, string subject, string body, int bodyFrom)
    {
        // What must be said is said in the body: a short message has no subject. A secret is in no subject.
        var places = kind.IsSecret ? kind.Optional : kind.Places;
        var title = MessageTemplate.Parse(subject, places, [], out var fault);
        if (title is not null && MessageTemplate.Parse(body, kind.Places, kind.Needed, out fault) is { } wording)
        {
            _wordings[(kind.Name, language)] = (title, wording);
            return;
        }

        throw new RefusedException(MessageRefusals.BadTemplate(file, title is null ? fault : fault with { Line = fault.Line + bodyFrom - 1 }));
    }
}
