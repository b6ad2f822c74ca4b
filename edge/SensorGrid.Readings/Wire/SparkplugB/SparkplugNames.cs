using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.Readings.Wire.SenMl;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>What Sparkplug names are called here: a metric of an edge node <c>metric</c>, one of a device <c>device:metric</c>; the edge node is the
/// gateway and its group the domain. Names here have fewer signs: what cannot be said becomes <c>_</c>, and a hash of what it was stands at the end, so
/// that two of them stay two. Not thread-safe (it owns the buffer that names are made in).</summary>
public sealed class SparkplugNames
{
    private const int HashDigits = 8;
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    // The colon separates device and metric, so it may not stand in either.
    private static readonly SearchValues<byte> Signs = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_"u8);

    private readonly byte[] name = new byte[SenMlLimits.Name + SparkplugLimits.Topic + SparkplugLimits.Name + 2];

    /// <summary>The datastream of a metric.</summary>
    /// <param name="device">Device id, UTF-8; empty: of the edge node.</param>
    /// <param name="metric">Name of the metric, UTF-8.</param>
    /// <returns>Its name; valid until the next call.</returns>
    public ReadOnlySpan<byte> DatastreamOf(ReadOnlySpan<byte> device, ReadOnlySpan<byte> metric)
    {
        int length = 0;
        bool isPlain = true;
        if (!device.IsEmpty)
        {
            isPlain = Append(device[..Math.Min(device.Length, SparkplugLimits.Topic)], ref length);
            name[length++] = (byte)':';
        }
        isPlain &= Append(metric[..Math.Min(metric.Length, SparkplugLimits.Name)], ref length) && !metric.IsEmpty;
        bool beginsWell = length > 0 && char.IsAsciiLetterOrDigit((char)name[0]);
        if (isPlain && beginsWell && length <= SenMlLimits.Name)
            return name.AsSpan(0, length);
        uint hash = Hash(device, FnvOffset);
        // No byte of UTF-8: where the device ends matters.
        hash = Hash(metric, (hash ^ 0xFF) * FnvPrime);
        if (!beginsWell)
        {
            name.AsSpan(0, length).CopyTo(name.AsSpan(1));
            name[0] = (byte)'0';
            length++;
        }
        length = Math.Min(length, SenMlLimits.Name - HashDigits - 1);
        name[length++] = (byte)':';
        hash.TryFormat(name.AsSpan(length), out int written, "x8", CultureInfo.InvariantCulture);
        return name.AsSpan(0, length + written);
    }

    /// <summary>The gateway of an edge node, and the domain of a group: the id itself where it may be one here.</summary>
    public static string IdOf(ReadOnlySpan<char> id)
    {
        if (Identifier.IsValid(id))
            return id.ToString();
        var text = new StringBuilder();
        foreach (char sign in id)
        {
            if (text.Length == Identifier.MaxLength - HashDigits - 1)
                break;
            bool fits = char.IsAsciiLetterOrDigit(sign) || (text.Length > 0 && sign is '.' or '_' or '-');
            text.Append(fits ? sign : text.Length == 0 ? '0' : '_');
        }
        uint hash = Hash(Encoding.UTF8.GetBytes(id.ToString()), FnvOffset);
        return text.Append('-').Append(hash.ToString("x8", CultureInfo.InvariantCulture)).ToString();
    }

    private bool Append(ReadOnlySpan<byte> part, ref int length)
    {
        var into = name.AsSpan(length, part.Length);
        part.CopyTo(into);
        length += part.Length;
        if (!into.ContainsAnyExcept(Signs))
            return true;
        foreach (ref byte sign in into)
        {
            if (!Signs.Contains(sign))
                sign = (byte)'_';
        }
        return false;
    }

    private static uint Hash(ReadOnlySpan<byte> text, uint hash)
    {
        foreach (byte sign in text)
            hash = (hash ^ sign) * FnvPrime;
        return hash;
    }
}
