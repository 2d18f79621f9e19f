using System.Diagnostics.CodeAnalysis;

namespace Acquiring.Core.Refusals;

/// <summary>Either a value or the refusal that explains why there is none.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal)
    {
        _value = value;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    /// <summary>The value; throws <see cref="RefusedException"/> when there is none.</summary>
    public T Value => Refusal is null ? _value! : throw new RefusedException(Refusal);

    public bool Accepted([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        value = _value;
        refusal = Refusal;
        return refusal is null;
    }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}
