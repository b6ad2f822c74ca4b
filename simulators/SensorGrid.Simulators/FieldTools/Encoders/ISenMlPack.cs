namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>A SenML pack while it is written: JSON or CBOR. Times are UTC ticks, names and texts UTF-8.</summary>
internal interface ISenMlPack
{
    /// <summary>Opens it.</summary>
    /// <param name="secondaryUnits">Whether some of its units are secondary ones, which the version must say.</param>
    void Begin(bool secondaryUnits);

    /// <summary>A number; the unit is one of the registry.</summary>
    void WriteNumber(ReadOnlySpan<byte> name, long observedAtTicks, double value, byte unit);

    /// <summary>A boolean.</summary>
    void WriteBoolean(ReadOnlySpan<byte> name, long observedAtTicks, bool value);

    /// <summary>A text.</summary>
    void WriteText(ReadOnlySpan<byte> name, long observedAtTicks, ReadOnlySpan<byte> utf8Value);

    /// <summary>A position, which is two records.</summary>
    void WritePosition(ReadOnlySpan<byte> name, long observedAtTicks, double longitude, double latitude);

    /// <summary>Closes it and gives its bytes.</summary>
    byte[] End();
}
