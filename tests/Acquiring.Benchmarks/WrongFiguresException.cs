namespace Acquiring.Benchmarks;

/// <summary>The product was fast and wrong: its rate is worth nothing.</summary>
public sealed class WrongFiguresException(string message) : Exception(message)
{
    internal static void Unless(bool right, string message)
    {
        if (!right)
        {
            throw new WrongFiguresException(message);
        }
    }
}
