using System.Globalization;
using System.Text;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>
/// A message as RFC 5322 wants it: ASCII throughout, since subject and body are base64 of UTF-8. Made here because what is handed over must
/// be known to the last byte, and a file and a server get the same.
/// </summary>
internal static class MailText
{
    public const string LocalDomain = "acquiring.invalid";

    private const int Base64CharsALine = 76;

    // An encoded word has at most 75 characters: "=?utf-8?B?" + 60 + "?=" carries 45 bytes.
    private const int BytesAWord = 45;

    public static byte[] Of(OutgoingMessage message, string from)
    {
        var text = new StringBuilder();
        text.Append("From: ").Append(from).Append("\r\n")
            .Append("To: ").Append(message.To).Append("\r\n")
            .Append("Subject: ").Append(Subject(message.Content.Subject)).Append("\r\n")
            .Append("Date: ").Append(message.MadeAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)).Append(" +0000\r\n")
            .Append("Message-ID: <").Append(message.MessageId).Append('@').Append(from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]).Append(">\r\n")
            .Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n")
            .Append("Content-Language: ").Append(message.Language).Append("\r\nAuto-Submitted: auto-generated\r\n\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Content.Body.ReplaceLineEndings("\r\n")));
        for (var at = 0; at < body.Length; at += Base64CharsALine)
        {
            text.Append(body, at, Math.Min(Base64CharsALine, body.Length - at)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Words of whole characters, folded.</summary>
    private static string Subject(string subject)
    {
        var words = new List<string>();
        var bytes = new List<byte>();
        Span<byte> one = stackalloc byte[4];
        foreach (var rune in subject.EnumerateRunes())
        {
            var size = rune.EncodeToUtf8(one);
            if (bytes.Count + size > BytesAWord)
            {
                End();
            }

            bytes.AddRange(one[..size]);
        }

        End();
        return string.Join("\r\n ", words);

        void End()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
    }
}
