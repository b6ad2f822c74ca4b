using System.Text;
using SensorGrid.Readings.Units;

namespace SensorGrid.FieldProtocols;

/// <summary>What a protocol measures under one code: an entry of a standard's table, or of a code it does not know. Made once, so that a warm
/// decoder passes references on and allocates nothing.</summary>
public sealed class FieldElement
{
    /// <param name="code">As the standard writes it, e.g. <c>39</c>, <c>w01018</c>.</param>
    /// <param name="name">Name of the datastream at its station: signs that SenML names may have, at most 255.</param>
    /// <param name="quantity">What it is, in English words; empty when unknown.</param>
    /// <param name="standardUnit">Unit as the standard prints it; empty when it has none.</param>
    /// <param name="unit">Registered SenML unit in which readings are handed on, or empty.</param>
    /// <param name="unitShift">Power of ten from the standard's unit to <paramref name="unit"/>: kPa to Pa is 3.</param>
    /// <param name="isKnown">False when no table holds the code.</param>
    public FieldElement(string code, string name, string quantity, string standardUnit, string unit, int unitShift = 0, bool isKnown = true)
    {
        Code = code;
        Name = name;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        Quantity = quantity;
        StandardUnit = standardUnit;
        Unit = unit;
        UnitId = UnitRegistry.IdOf(unit);
        UnitShift = unitShift;
        IsKnown = isKnown;
    }

    /// <summary>As the standard writes it.</summary>
    public string Code { get; }

    /// <summary>Name of the datastream at its station.</summary>
    public string Name { get; }

    /// <summary><see cref="Name"/> in UTF-8.</summary>
    public ReadOnlyMemory<byte> NameUtf8 { get; }

    /// <summary>What it is, in English words; empty when unknown.</summary>
    public string Quantity { get; }

    /// <summary>Unit as the standard prints it.</summary>
    public string StandardUnit { get; }

    /// <summary>Registered SenML unit in which readings are handed on; empty when there is none.</summary>
    public string Unit { get; }

    /// <summary>Number of <see cref="Unit"/>.</summary>
    public byte UnitId { get; }

    /// <summary>Power of ten from the standard's unit to <see cref="Unit"/>.</summary>
    public int UnitShift { get; }

    /// <summary>False when no table holds the code: kept under a systematic name, listed as unassigned.</summary>
    public bool IsKnown { get; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
