namespace Acquiring.Core.Refusals;

/// <summary>What kind of answer a refusal is; the edge maps each kind to one HTTP status and one exit code.</summary>
public enum RefusalKind
{
    /// <summary>The request itself is wrong: a field, a format, a range (400).</summary>
    Invalid,

    /// <summary>The named thing does not exist (404).</summary>
    NotFound,

    /// <summary>The act is not possible in the present state, and the caller can change that state (409).</summary>
    Conflict,

    /// <summary>The same request is being done now; asked again later, it is answered (409, with Retry-After).</summary>
    UnderWay,

    /// <summary>The caller knew an older version of the thing than the present one (412).</summary>
    Stale,

    /// <summary>The caller did not say which version of the thing it knows (428).</summary>
    VersionMissing,

    /// <summary>A limit on size or number was passed (413).</summary>
    TooLarge,

    /// <summary>The content was read but a business rule forbids it (422).</summary>
    Rule,

    /// <summary>The surroundings are not fit to work in: no database binaries, no rights, a newer database (503).</summary>
    Unavailable,
}

/// <summary>One named value inside a refusal's text, such as the line or the column it speaks of.</summary>
public readonly record struct Detail(string Name, string Value);

/// <summary>
/// Something the caller can act on. <see cref="Code"/> is stable, lower case and dotted (<c>clearing.empty-file</c>); the text
/// for people is looked up by it in the reader's language, with the details put in by name. A bug throws instead.
/// </summary>
public sealed record Refusal(RefusalKind Kind, string Code, IReadOnlyList<Detail> Details)
{
    public static Refusal Of(RefusalKind kind, string code, params IReadOnlyList<Detail> details) => new(kind, code, details);

    public string this[string name]
    {
        get
        {
            foreach (var detail in Details)
            {
                if (detail.Name == name)
                {
                    return detail.Value;
                }
            }

            return "";
        }
    }

    public override string ToString() => $"{Code}({string.Join(", ", Details.Select(d => $"{d.Name}={d.Value}"))})";
}

/// <summary>Carries a refusal through code that has no result to return it in: start-up, streams, constructors of readers.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException(Refusal refusal)
        : base(refusal.ToString()) => Refusal = refusal;

    public RefusedException(Refusal refusal, Exception innerException)
        : base(refusal.ToString(), innerException) => Refusal = refusal;

    public Refusal Refusal { get; }
}
