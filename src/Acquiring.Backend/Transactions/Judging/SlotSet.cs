using System.Numerics;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>A set of 64-bit hashes in one array: eight bytes an entry at three quarters full, no object per entry.</summary>
internal sealed class SlotSet
{
    private const int FirstCapacity = 1024;

    private ulong[] _entries = new ulong[FirstCapacity];

    public int Count { get; private set; }

    /// <summary>Adds a hash; <c>false</c> when it was there.</summary>
    public bool Add(ulong hash)
    {
        // Zero marks a free place.
        hash = hash == 0 ? 1 : hash;
        if (Count >= _entries.Length / 4 * 3)
        {
            Grow();
        }

        ref var place = ref Place(_entries, hash);
        if (place == hash)
        {
            return false;
        }

        place = hash;
        Count++;
        return true;
    }

    private static ref ulong Place(ulong[] entries, ulong hash)
    {
        var mask = entries.Length - 1;
        var at = (int)((hash >> 32) & (uint)mask);
        while (entries[at] != 0 && entries[at] != hash)
        {
            at = (at + 1) & mask;
        }

        return ref entries[at];
    }

    private void Grow()
    {
        var larger = new ulong[checked((int)BitOperations.RoundUpToPowerOf2((uint)_entries.Length + 1))];
        foreach (var hash in _entries)
        {
            if (hash != 0)
            {
                Place(larger, hash) = hash;
            }
        }

        _entries = larger;
    }
}
