using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols;

/// <summary>One value out of a frame.</summary>
/// <param name="Element">What was measured; gives name and unit.</param>
/// <param name="Value">In <see cref="FieldElement.Unit"/>; a boolean as 0 or 1; the offset and length of a text (<see cref="FieldFrame.GetText"/>); NaN
/// when missing.</param>
/// <param name="ObservedAtTicks">When it was true, UTC ticks.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Kind">Number, boolean or text.</param>
public record struct FieldReading(
    FieldElement Element, double Value, long ObservedAtTicks, Quality Quality = Quality.Good, ReadingKind Kind = ReadingKind.Number)
{
    /// <summary>What was measured; gives name and unit.</summary>
    public FieldElement Element { get; internal set; } = Element;

    /// <summary>In <see cref="FieldElement.Unit"/>; a boolean as 0 or 1; the offset and length of a text; NaN when missing.</summary>
    public double Value { get; internal set; } = Value;

    /// <summary>When it was true, UTC ticks.</summary>
    // A reader learns of time and quality behind the value; writing the whole of it again would cost as much as reading it.
    public long ObservedAtTicks { get; internal set; } = ObservedAtTicks;

    /// <summary>How far it may be trusted.</summary>
    public Quality Quality { get; internal set; } = Quality;

    /// <summary>Number, boolean or text.</summary>
    public ReadingKind Kind { get; internal set; } = Kind;
}

/// <summary>Something in a good frame that could not be used.</summary>
/// <param name="Code">Stable word for counters, e.g. <c>unknown_element</c>.</param>
/// <param name="Offset">Byte of the frame.</param>
/// <param name="Detail">What stood there (a code, a value); may be null.</param>
public readonly record struct FieldProblem(string Code, int Offset, string? Detail = null);
