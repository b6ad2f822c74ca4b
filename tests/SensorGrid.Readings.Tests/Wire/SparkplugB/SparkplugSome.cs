using System.Globalization;
using System.Text;
using CsCheck;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

/// <summary>A metric to write, and how a reader shall show it.</summary>
internal sealed record WrittenMetric(
    string? Name, ulong? Alias, ulong? Timestamp, SparkplugDatatype Datatype, bool IsHistorical, bool IsTransient, bool IsNull, int? Quality, ulong Bits, string Text)
{
    public void WriteTo(SparkplugWriter writer)
    {
        if (Name is null)
            writer.BeginMetric();
        else
            writer.BeginMetric(Encoding.UTF8.GetBytes(Name));
        if (Alias is { } alias)
            writer.Alias(alias);
        if (Timestamp is { } timestamp)
            writer.MetricTimestamp(timestamp);
        writer.Datatype(Datatype);
        if (IsHistorical)
            writer.IsHistorical();
        if (IsTransient)
            writer.IsTransient();
        if (Quality is { } quality)
            writer.Quality(quality);
        if (IsNull)
            writer.IsNull();
        else
            WriteValue(writer);
        writer.EndMetric();
    }

    public string ToLine()
    {
        string value = IsNull ? "None" : Datatype switch
        {
            SparkplugDatatype.Float => "float " + ((double)BitConverter.UInt32BitsToSingle((uint)Bits)).ToString("R", CultureInfo.InvariantCulture),
            SparkplugDatatype.Double => "float " + BitConverter.UInt64BitsToDouble(Bits).ToString("R", CultureInfo.InvariantCulture),
            SparkplugDatatype.Boolean => $"bool {Bits % 2 == 1}",
            SparkplugDatatype.UInt64 => "int " + Bits.ToString(CultureInfo.InvariantCulture),
            _ when Datatype.IsInteger() => "int " + Number.ToString(CultureInfo.InvariantCulture),
            _ when Datatype.IsText() => "text " + Text,
            _ => "bytes " + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Text)),
        };
        return FormattableString.Invariant($"{Name}|{Alias}|{Timestamp}|{(int)Datatype}|{IsHistorical}|{IsTransient}|{IsNull}|{Quality}|{value}");
    }

    private long Number => Datatype switch
    {
        SparkplugDatatype.Int8 => (sbyte)Bits,
        SparkplugDatatype.Int16 => (short)Bits,
        SparkplugDatatype.Int32 => (int)Bits,
        SparkplugDatatype.UInt8 => (byte)Bits,
        SparkplugDatatype.UInt16 => (ushort)Bits,
        SparkplugDatatype.UInt32 => (uint)Bits,
        _ => (long)Bits,
    };

    private void WriteValue(SparkplugWriter writer)
    {
        switch (Datatype)
        {
            case SparkplugDatatype.Float:
                writer.Float(BitConverter.UInt32BitsToSingle((uint)Bits));
                break;
            case SparkplugDatatype.Double:
                writer.Double(BitConverter.UInt64BitsToDouble(Bits));
                break;
            case SparkplugDatatype.Boolean:
                writer.Boolean(Bits % 2 == 1);
                break;
            case var _ when Datatype.IsInteger():
                writer.Integer(Datatype, Number);
                break;
            case var _ when Datatype.IsText():
                writer.String(Encoding.UTF8.GetBytes(Text));
                break;
            default:
                writer.BytesValue(Encoding.UTF8.GetBytes(Text));
                break;
        }
    }
}

/// <summary>A payload to write, and how a reader shall show it.</summary>
internal sealed record WrittenPayload(ulong? Timestamp, byte? Seq, WrittenMetric[] Metrics)
{
    public byte[] ToBytes()
    {
        var writer = new SparkplugWriter();
        if (Timestamp is { } timestamp)
            writer.Timestamp(timestamp);
        foreach (var metric in Metrics)
            metric.WriteTo(writer);
        if (Seq is { } seq)
            writer.Seq(seq);
        return writer.Written.ToArray();
    }

    public string ToText() => string.Join('\n', Metrics.Select(metric => metric.ToLine()).Prepend(FormattableString.Invariant($"timestamp {Timestamp} seq {Seq}")));
}

internal static class SparkplugSome
{
    private static readonly SparkplugDatatype[] Datatypes =
        [.. Enum.GetValues<SparkplugDatatype>().Where(type => type.IsInteger() || type.IsText() || type.IsArray()
            || type is SparkplugDatatype.Float or SparkplugDatatype.Double or SparkplugDatatype.Boolean or SparkplugDatatype.Bytes)];

    private static readonly Gen<string> Words = AnyOf("", "a", "水位 level", "Pump 1/Speed", new string('x', 127), new string('y', 128), new string('z', 1000));

    private static readonly Gen<ulong> Numbers = Gen.OneOf(Gen.ULong[0, 300], Gen.ULong, Gen.Const(ulong.MaxValue), Gen.Const(1UL << 63));

    private static readonly Gen<WrittenMetric> Metric =
        Gen.Select(
            Gen.Select(Words.Null(), Numbers.Nullable(), Numbers.Nullable(), AnyOf(Datatypes)),
            Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 9], AnyOf<int?>(null, 0, 192, 500, -1)),
            Gen.Select(Numbers, Words),
            (identity, flags, value) => new WrittenMetric(
                identity.Item1, identity.Item2, identity.Item3, identity.Item4, flags.Item1, flags.Item2, flags.Item3 == 0, flags.Item4, value.Item1, value.Item2));

    public static Gen<WrittenPayload> Payload { get; } =
        Gen.Select(Numbers.Nullable(), Gen.Byte.Nullable(), Metric.Array[0, 12], (timestamp, seq, metrics) => new WrittenPayload(timestamp, seq, metrics));

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
