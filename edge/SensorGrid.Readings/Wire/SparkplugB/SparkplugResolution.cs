namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>What a host's session knew when a payload came, added to its end as one more field, so that a record of the log can be read alone. The
/// payload in front of it stays as it arrived, and any other reader of protobuf skips the field (<c>sparkplug_b.proto</c>, Resolution).</summary>
/// <remarks>Use: <see cref="Begin"/>, <see cref="Define(SparkplugWriter, ReadOnlySpan{byte}, SparkplugDatatype)"/> for each metric, <see cref="End"/>.</remarks>
public static class SparkplugResolution
{
    private const int TypeField = 1, DeviceField = 2, DefinitionsField = 3;
    private const int NameField = 1, DatatypeField = 2, OwnerField = 3;

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

    /// <summary>Whether a payload carries a resolution, and what kind: <see cref="SparkplugMessageType.None"/> of one that is kept without counting.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> resolution, out SparkplugMessageType type, out ReadOnlySpan<byte> device, out int definitions)
    {
        type = SparkplugMessageType.None;
        device = default;
        definitions = 0;
        var scanner = new ProtoScanner(resolution, 0, resolution.Length);
        while (scanner.TryTag(out uint tag))
        {
            switch (tag)
            {
                case TypeField << 3 | ProtoScanner.Varint:
                    if (scanner.TryVarint(out ulong number))
                        type = number <= (ulong)SparkplugMessageType.State ? (SparkplugMessageType)number : SparkplugMessageType.None;
                    break;
                case DeviceField << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out int start, out int length))
                        device = resolution.Slice(start, length);
                    break;
                case DefinitionsField << 3 | ProtoScanner.Bytes:
                    if (scanner.TryBytes(out int from, out int bytes) && TryReadDefinition(resolution.Slice(from, bytes), out _))
                        definitions++;
                    else
                        return false;
                    break;
                default:
                    scanner.TrySkip(tag);
                    break;
            }
            if (scanner.Error != SparkplugError.None)
                return false;
        }
        return scanner.Error == SparkplugError.None;
    }

    /// <summary>The next definition at a place in a resolution that was read before; the place moves behind it.</summary>
    internal static SparkplugDefined TakeDefinition(ReadOnlySpan<byte> resolution, ref int at)
    {
        var scanner = new ProtoScanner(resolution, at, resolution.Length);
        while (scanner.TryTag(out uint tag))
        {
            if (tag != (DefinitionsField << 3 | ProtoScanner.Bytes))
            {
                scanner.TrySkip(tag);
                continue;
            }
            scanner.TryBytes(out int start, out int length);
            at = scanner.At;
            TryReadDefinition(resolution.Slice(start, length), out var defined);
            return defined;
        }
        at = resolution.Length;
        return default;
    }

    private static bool TryReadDefinition(ReadOnlySpan<byte> definition, out SparkplugDefined defined)
    {
        defined = default;
        var scanner = new ProtoScanner(definition, 0, definition.Length);
        while (scanner.TryTag(out uint tag))
        {
            int start, length;
            switch (tag)
            {
                case NameField << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out start, out length);
                    defined.Name = definition.Slice(start, length);
                    break;
                case DatatypeField << 3 | ProtoScanner.Varint:
                    scanner.TryVarint(out ulong number);
                    defined.Datatype = number <= SparkplugDatatypes.Last ? (SparkplugDatatype)number : (SparkplugDatatype)byte.MaxValue;
                    break;
                case OwnerField << 3 | ProtoScanner.Bytes:
                    scanner.TryBytes(out start, out length);
                    defined.Device = definition.Slice(start, length);
                    break;
                default:
                    scanner.TrySkip(tag);
                    break;
            }
            if (scanner.Error != SparkplugError.None)
                return false;
        }
        return scanner.Error == SparkplugError.None;
    }
}

/// <summary>One definition of a resolution.</summary>
internal ref struct SparkplugDefined
{
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Device;
    public SparkplugDatatype Datatype;
}
