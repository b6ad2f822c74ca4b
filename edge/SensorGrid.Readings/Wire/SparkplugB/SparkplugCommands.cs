namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Names that the format gives a meaning, and the one command we send.</summary>
public static class SparkplugCommands
{
    /// <summary>Metric of births and deaths: which connection of the edge node it is, 0 to 255.</summary>
    public static ReadOnlySpan<byte> BdSeq => "bdSeq"u8;

    /// <summary>Metric of an edge node that, set to true, makes it send all births again.</summary>
    public static ReadOnlySpan<byte> Rebirth => "Node Control/Rebirth"u8;

    /// <summary>Whether a metric serves the session and is no measurement: <c>bdSeq</c>, <c>Node Control/…</c>, <c>Device Control/…</c>.</summary>
    public static bool IsControl(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name[0] is (byte)'b' or (byte)'N' or (byte)'D' && IsOneOfThem(name);

    private static bool IsOneOfThem(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(BdSeq) || name.StartsWith("Node Control/"u8) || name.StartsWith("Device Control/"u8);

    /// <summary>Payload of an NCMD that asks for all births (Sparkplug 3.0, 6.4.17): a time, no seq.</summary>
    /// <param name="milliseconds">Now, milliseconds since 1970 UTC.</param>
    public static byte[] RebirthRequest(ulong milliseconds)
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(milliseconds);
        writer.BeginMetric(Rebirth);
        writer.Datatype(SparkplugDatatype.Boolean);
        writer.Boolean(true);
        writer.EndMetric();
        return writer.Written.ToArray();
    }
}
