using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SensorGrid.Rules.Snapshots;

/// <summary>Writes numbers and texts, little-endian, texts with their length before them.</summary>
public sealed class SnapshotWriter(IBufferWriter<byte> output)
{
    private const int PairsAtOnce = 256;

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>A count or a length.</summary>
    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    /// <summary>A time or a span of time.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    /// <summary>A value, bit by bit.</summary>
    public void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Times with their values, one pair behind the other.</summary>
    public void Pairs(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        const int PairBytes = 2 * sizeof(long);
        while (!times.IsEmpty)
        {
            int count = Math.Min(times.Length, PairsAtOnce);
            var to = output.GetSpan(count * PairBytes);
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(to[(i * PairBytes)..], times[i]);
                BinaryPrimitives.WriteDoubleLittleEndian(to[(i * PairBytes + sizeof(long))..], values[i]);
            }
            output.Advance(count * PairBytes);
            times = times[count..];
            values = values[count..];
        }
    }

    /// <summary>A text in UTF-8.</summary>
    public void Text(string value)
    {
        // Very many names of datastreams: no more than one look at where they go.
        const int Short = 256, MostBytesOfSign = 3;
        if (value.Length <= Short)
        {
            var span = output.GetSpan(sizeof(int) + (value.Length * MostBytesOfSign));
            int written = Encoding.UTF8.GetBytes(value, span[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(span, written);
            output.Advance(sizeof(int) + written);
            return;
        }
        int length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    /// <summary>Bytes, with their length before them.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        output.Write(value);
    }

    /// <summary>Bytes, with their length before them.</summary>
    /// <param name="value">Given up to the output when that is one of pieces too.</param>
    public void Bytes(SnapshotBuffer value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Int32(checked((int)value.Length));
        value.GiveTo(output);
    }
}
