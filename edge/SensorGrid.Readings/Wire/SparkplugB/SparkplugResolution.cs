namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>What a host's session knew when a payload came, added to its end as one more field, so that a record of the log can be read alone. The
/// payload in front of it stays as it arrived, and any other reader of protobuf skips the field (<c>sparkplug_b.proto</c>, Resolution).</summary>
/// <remarks>Use: <see cref="Begin"/>, <see cref="Define(SparkplugWriter, ReadOnlySpan{byte}, SparkplugDatatype)"/> for each metric, <see cref="End"/>.</remarks>
public static class SparkplugResolution
{
    internal const int TypeField = 1, DeviceField = 2, DefinitionsField = 3, FirstField = 4;
    internal const int NameField = 1, DatatypeField = 2, OwnerField = 3;

    /// <summary>Bytes that one definition may need beside its name and device.</summary>
    public const int DefinitionOverhead = 16;

    /// <summary>Writes payload and resolution for a message whose metrics name themselves.</summary>
    public static void Write(SparkplugWriter writer, ReadOnlySpan<byte> payload, SparkplugMessageType type, ReadOnlySpan<byte> device)
    {
        Begin(writer, payload, type, device);
        End(writer);
    }

    /// <summary>Writes payload and resolution for a message that is kept as it came without counting: held until its turn, or not meant for the session.</summary>
    public static void WriteKept(SparkplugWriter writer, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Clear();
        writer.Append(payload);
        writer.Begin(SparkplugReader.ResolutionField);
        writer.End();
    }

    /// <summary>Writes the payload alone: nobody can name its metrics, and whoever reads the record is told so.</summary>
    public static void WriteNothing(SparkplugWriter writer, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Clear();
        writer.Append(payload);
    }

    /// <summary>Begins: the payload as it arrived, and what it is.</summary>
    public static void Begin(SparkplugWriter writer, ReadOnlySpan<byte> payload, SparkplugMessageType type, ReadOnlySpan<byte> device)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Clear();
        writer.Append(payload);
        writer.Begin(SparkplugReader.ResolutionField);
        writer.Varint(TypeField, (ulong)type);
        if (!device.IsEmpty)
            writer.Bytes(DeviceField, device);
    }

    /// <summary>The next metric: its name and datatype, each left out when the metric says it itself.</summary>
    public static void Define(SparkplugWriter writer, ReadOnlySpan<byte> name, SparkplugDatatype datatype) => Define(writer, name, datatype, default);

    /// <summary>One that became silent, and the device whose it is.</summary>
    public static void Define(SparkplugWriter writer, ReadOnlySpan<byte> name, SparkplugDatatype datatype, ReadOnlySpan<byte> device)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int begun = writer.BeginInner(DefinitionsField);
        if (!name.IsEmpty)
            writer.Bytes(NameField, name);
        if (datatype != SparkplugDatatype.Unknown)
            writer.Varint(DatatypeField, (ulong)datatype);
        if (!device.IsEmpty)
            writer.Bytes(OwnerField, device);
        writer.EndInner(begun);
    }

    /// <summary>Ends it: <see cref="SparkplugWriter.Written"/> is the whole record.</summary>
    public static void End(SparkplugWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.End();
    }

    /// <summary>Ends the record of a message that needs several, each with the whole payload and the definitions of some of its metrics, whose readings it gives.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="first">Which metric the first definition is of, from 0.</param>
    public static void EndPart(SparkplugWriter writer, int first)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Varint(FirstField, (ulong)first);
        writer.End();
    }

    /// <summary>The next metric, by a definition written before.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="defined">What <see cref="Defined"/> gave.</param>
    public static void Repeat(SparkplugWriter writer, ReadOnlySpan<byte> defined)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Append(defined);
    }

    /// <summary>One definition as its bytes, for who writes it again and again.</summary>
    public static byte[] Defined(ReadOnlySpan<byte> name, SparkplugDatatype datatype)
    {
        var writer = new SparkplugWriter();
        writer.Begin(SparkplugReader.ResolutionField);
        int begun = writer.Written.Length;
        Define(writer, name, datatype);
        return writer.Written[begun..].ToArray();
    }
}
