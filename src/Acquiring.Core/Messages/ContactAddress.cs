namespace Acquiring.Core.Messages;

/// <summary>Where somebody is reached: judged, and shown only so far that one who knows it recognises it.</summary>
public static class ContactAddress
{
    public const int EmailCharsMax = 254;

    /// <summary>Plain ASCII with one @ and a domain with a dot; no display name, no quotes, nothing that could end a line.</summary>
    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@');
        return text.Length <= EmailCharsMax && at is > 0 and <= 64 && at == text.LastIndexOf('@') && text[(at + 1)..] is var domain
            && text.All(c => char.IsAsciiLetterOrDigit(c) || "@.-_+%".Contains(c, StringComparison.Ordinal))
            && domain.Contains('.', StringComparison.Ordinal) && domain.Split('.').All(l => l.Length > 0 && l[0] != '-' && l[^1] != '-')
            && text[..at].Split('.').All(l => l.Length > 0);
    }

    public static string? Mask(string? address)
    {
        if (address is null)
        {
            return null;
        }

        var at = address.IndexOf('@');
        return at >= 0 ? $"{address[..Math.Min(1, at)]}***{address[at..]}"
            : address.Length <= 5 ? "***"
            : $"{address[..3]}***{address[^2..]}";
    }
}
