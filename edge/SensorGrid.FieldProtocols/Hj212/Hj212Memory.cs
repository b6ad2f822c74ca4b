using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Keys, stations and command codes that came before, so that a warm reader allocates nothing. Bounded: past the bound, new ones are understood anew each time
/// and counted; nothing is lost but time.</summary>
/// <param name="maxKeys">Most keys.</param>
/// <param name="maxTexts">Most station and command names.</param>
internal sealed class Hj212Memory(int maxKeys, int maxTexts)
{
    private readonly ByteTable<Hj212Key> keys = new(maxKeys);
    private readonly ByteTable<string> factors = new(maxKeys);
    private readonly ByteTable<string> texts = new(maxTexts);

    /// <summary>How often something was not remembered because there was no room.</summary>
    public long Overflows { get; private set; }

    /// <summary>What a key means.</summary>
    /// <param name="wire">The key as it came.</param>
    /// <param name="before">The key before it in its packet, or null.</param>
    public Hj212Key Key(ReadOnlySpan<byte> wire, Hj212Key? before)
    {
        if (before?.Next is { } guess && wire.SequenceEqual(guess.Lead.Key))
            return guess;
        if (!keys.TryFind(wire, out var key))
        {
            key = new(wire, SameFactor);
            if (!keys.TryAdd(wire, key))
            {
                // Not to be held by the one before it either.
                Overflows++;
                return key;
            }
        }
        if (before is not null)
            before.Next = key;
        return key;
    }

    public string Text(ReadOnlySpan<byte> wire)
    {
        if (wire.IsEmpty)
            return "";
        if (texts.TryFind(wire, out string? text))
            return text;
        text = Encoding.UTF8.GetString(wire);
        if (!texts.TryAdd(wire, text))
            Overflows++;
        return text;
    }

    // One text for one factor. Without room the key is told by its letters, which takes a little longer.
    private string SameFactor(string factor)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(factor);
        if (factors.TryFind(bytes, out string? same))
            return same;
        factors.TryAdd(bytes, factor);
        return factor;
    }

    // Open addressing over bytes. A place is looked for in a few slots only, so that whoever makes keys collide fills those and slows nothing.
    private sealed class ByteTable<T>(int capacity) where T : class
    {
        private const int MaxProbes = 16;
        private (byte[] Bytes, T Value)[] slots = new (byte[], T)[64];
        private int count;

        public bool TryFind(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
        {
            int mask = slots.Length - 1;
            int slot = (int)(Hash(bytes) >> 32) & mask;
            for (int probe = 0; probe < MaxProbes; probe++, slot = (slot + 1) & mask)
            {
                ref readonly var held = ref slots[slot];
                if (held.Bytes is null)
                    break;
                if (bytes.SequenceEqual(held.Bytes))
                {
                    value = held.Value;
                    return true;
                }
            }
            value = null;
            return false;
        }

        public bool TryAdd(ReadOnlySpan<byte> bytes, T value)
        {
            if (count >= capacity)
                return false;
            byte[] copy = bytes.ToArray();
            // Half full at most, unless keys collide on purpose: growing would not help against that for ever.
            while (count * 2 >= slots.Length || !TryPlace(slots, copy, value))
            {
                if (slots.Length >= Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 4)) || !TryGrow())
                    return false;
            }
            count++;
            return true;
        }

        private bool TryGrow()
        {
            var larger = new (byte[], T)[slots.Length * 2];
            foreach (var (bytes, value) in slots)
            {
                if (bytes is not null && !TryPlace(larger, bytes, value))
                    return false;
            }
            slots = larger;
            return true;
        }

        private static bool TryPlace((byte[] Bytes, T Value)[] slots, byte[] bytes, T value)
        {
            int mask = slots.Length - 1;
            int slot = (int)(Hash(bytes) >> 32) & mask;
            for (int probe = 0; probe < MaxProbes; probe++, slot = (slot + 1) & mask)
            {
                if (slots[slot].Bytes is not null)
                    continue;
                slots[slot] = (bytes, value);
                return true;
            }
            return false;
        }

        private static ulong Hash(ReadOnlySpan<byte> bytes)
        {
            ulong first, last;
            if (bytes.Length >= 8)
            {
                first = MemoryMarshal.Read<ulong>(bytes);
                last = MemoryMarshal.Read<ulong>(bytes[^8..]);
            }
            else if (bytes.Length >= 4)
            {
                first = MemoryMarshal.Read<uint>(bytes);
                last = MemoryMarshal.Read<uint>(bytes[^4..]);
            }
            else
            {
                (first, last) = (bytes.Length == 0 ? 0UL : bytes[0], bytes.Length == 0 ? 0UL : ((ulong)bytes[bytes.Length / 2] << 8) | bytes[^1]);
            }
            ulong hash = (first ^ BitOperations.RotateLeft(last, 29) ^ (uint)bytes.Length) * 0x9E3779B97F4A7C15;
            return hash ^ (hash >> 29);
        }
    }
}
