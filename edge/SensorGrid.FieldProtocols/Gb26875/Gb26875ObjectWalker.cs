namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Goes over the objects of a unit. Of a variable unit whose lengths do not lead to its end, it gives those that are whole.</summary>
public ref struct Gb26875ObjectWalker
{
    private readonly Gb26875Unit unit;
    private readonly bool isVariable;
    private int next;
    private int left;
    private int start;

    internal Gb26875ObjectWalker(Gb26875Unit unit)
    {
        this.unit = unit;
        isVariable = unit.Form.IsVariable;
        next = Gb26875Unit.HeadBytes;
        left = isVariable || unit.Layout is UnitLayout.Standard or UnitLayout.Compact ? unit.Count : 0;
    }

    /// <summary>The object.</summary>
    public readonly Gb26875Object Current => new(unit.Type, unit.Bytes[start..next]);

    /// <summary>Byte of the unit at which the object begins; where the walk ended, when it did.</summary>
    public readonly int Offset => start;

    /// <summary>Goes to the next object.</summary>
    public bool MoveNext()
    {
        start = next;
        if (left == 0)
            return false;
        var rest = unit.Bytes[next..];
        int fixedBytes = unit.Form.BodyBytes;
        int length = !isVariable ? unit.ObjectBytes : rest.Length < fixedBytes ? int.MaxValue : fixedBytes + rest[fixedBytes - 1];
        if (length > rest.Length)
            return false;
        next += length;
        left--;
        return true;
    }
}
