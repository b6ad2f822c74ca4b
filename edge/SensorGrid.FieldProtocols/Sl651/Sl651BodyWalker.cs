namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Goes through a HEX body behind serial and send time, item by item (附录 B bodies, 附录 C elements, 附录 D parameters).</summary>
/// <remarks>
/// <code>
/// station     F1 F1 │ address 5 │ class 1, where the function has one
/// time        F0 F0 │ YY MM DD HH mm
/// element     id 1, or FF + id 1 │ definition 1 │ data of as many bytes as it says
/// slots       F4 xx │ 12 × 1      F5 xx … FC xx │ 12 × 2       whatever xx is: a provincial rule prints F5 5C
/// step        04 18 │ d h m       in 31H and 38H: one element behind it, with values up to the end
/// text        F2 F2 │ to the end  F3 F3 │ to the end   FD F6 │ to the end
/// </code>
/// It stops where no item can begin, and says why: <see cref="Fault"/>. What came before stays good.
/// </remarks>
public ref struct Sl651BodyWalker
{
    /// <summary>The declared data run past the end of the body.</summary>
    public const string OverlongElement = "overlong_element";

    /// <summary>No item begins with this byte.</summary>
    public const string BadIdentifier = "bad_identifier";

    /// <summary>A time step that is none, so that the width of what follows is not known.</summary>
    public const string BadStep = "bad_step";

    private readonly ReadOnlySpan<byte> body;
    private readonly Sl651BodyShape shape;
    private readonly bool hasClass;
    private readonly bool hasAddress;
    private int at;
    private int items;
    private bool isSeriesNext;
    private bool isStepBad;
    private Sl651Item current;

    /// <param name="body">Body behind serial and send time.</param>
    /// <param name="function">Function of the frame.</param>
    /// <param name="direction">Which way it goes.</param>
    /// <param name="end">End character: a downlink is a request only with ENQ.</param>
    public Sl651BodyWalker(ReadOnlySpan<byte> body, Sl651Function function, Sl651Direction direction, Sl651End end)
    {
        this.body = body;
        shape = Sl651Functions.Shape(function, direction, end);
        hasAddress = direction == Sl651Direction.Up;
        hasClass = hasAddress && Sl651Functions.HasClass(function);
    }

    /// <summary>The item after <see cref="MoveNext"/>.</summary>
    public readonly Sl651Item Current => current;

    /// <summary>Why it stopped before the end; null when it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>What was not read when it stopped, from here on.</summary>
    public readonly int Offset => at;

    /// <summary>Goes to the next item.</summary>
    public bool MoveNext()
    {
        if (at >= body.Length || Fault is not null)
            return false;
        if (isStepBad)
            return Stop(BadStep);
        bool moved = shape switch
        {
            Sl651BodyShape.Elements or Sl651BodyShape.Series => MoveToElement(),
            Sl651BodyShape.Unknown => Stop(BadIdentifier),
            Sl651BodyShape.Request or Sl651BodyShape.Marker => MoveToRequested(shape == Sl651BodyShape.Marker ? Sl651ItemKind.Marker : Sl651ItemKind.Requested),
            Sl651BodyShape.PeriodRequest => items == 0 ? Take(Sl651ItemKind.Period, 0, default, 0, 8) : MoveToRequest(),
            _ => MoveToFixed(),
        };
        items++;
        return moved;
    }

    // 32H and the like: groups of a station, a time and elements.
    private bool MoveToElement()
    {
        byte id = body[at];
        byte second = at + 1 < body.Length ? body[at + 1] : (byte)0;
        switch (id)
        {
            case 0:
                return Stop(BadIdentifier);
            case 0x04 when second >> 3 == 3:
                return MoveToStep(second);
            case < 0xF0 or 0xFE:
                return isSeriesNext ? TakeSeries(id, second, 2) : Take(Sl651ItemKind.Element, id, new(second), 2, second >> 3);
            case 0xFF:
                if (at + 2 >= body.Length)
                    return Stop(OverlongElement);
                var definition = new Sl651Definition(body[at + 2]);
                return isSeriesNext ? TakeSeries(0xFF00 | second, definition.Value, 3) : Take(Sl651ItemKind.Element, 0xFF00 | second, definition, 3, definition.Bytes);
            case 0xF4:
                return Take(Sl651ItemKind.Slots, id, new(second), 2, 12);
            case >= 0xF5 and <= 0xFC:
                return Take(Sl651ItemKind.Slots, id, new(second), 2, 24);
            case 0xFD:
                return Take(Sl651ItemKind.Bulk, id, new(second), 2, Math.Max(body.Length - at - 2, 0));
            default:
                return id == second ? MoveToGroup(id) : Stop(BadIdentifier);
        }
    }

    // F0 F0, F1 F1, F2 F2, F3 F3.
    private bool MoveToGroup(byte id) => id switch
    {
        0xF0 => Take(Sl651ItemKind.ObservationTime, id, new(id), 2, 5),
        0xF1 => TakeAddress(),
        0xF2 => Take(Sl651ItemKind.Text, id, new(id), 2, body.Length - at - 2),
        _ => Take(Sl651ItemKind.Picture, id, new(id), 2, body.Length - at - 2),
    };

    private bool TakeAddress()
    {
        if (!Take(Sl651ItemKind.StationAddress, 0xF1, new(0xF1), 2, Sl651Address.Bytes))
            return false;
        if (!hasClass)
            return true;
        if (at >= body.Length)
            return Stop(OverlongElement);
        current = new() { Kind = current.Kind, Code = current.Code, Definition = current.Definition, Offset = current.Offset, Data = current.Data, StationClass = body[at] };
        at++;
        return true;
    }

    private bool MoveToStep(byte definition)
    {
        if (!Take(Sl651ItemKind.Step, 0x04, new(definition), 2, definition >> 3))
            return false;
        isStepBad = !Sl651Step.TryRead(current.Data, out var step);
        isSeriesNext = shape == Sl651BodyShape.Series && !step.IsNone;
        return true;
    }

    private bool TakeSeries(int code, byte definition, int head)
    {
        isSeriesNext = false;
        if (definition >> 3 == 0)
            return Stop(BadIdentifier);
        return Take(Sl651ItemKind.Series, code, new(definition), head, Math.Max(body.Length - at - head, 0));
    }

    private bool MoveToRequest() => body[at] == 0x04 && at + 1 < body.Length && body[at + 1] >> 3 == 3 && items == 1
        ? Take(Sl651ItemKind.Step, 0x04, new(body[at + 1]), 2, 3)
        : MoveToRequested(Sl651ItemKind.Requested);

    private bool MoveToRequested(Sl651ItemKind kind)
    {
        bool isLong = body[at] == 0xFF;
        int head = isLong ? 3 : 2;
        return at + head > body.Length
            ? Stop(OverlongElement)
            : Take(kind, isLong ? 0xFF00 | body[at + 1] : body[at], new(body[at + head - 1]), head, 0);
    }

    // Bodies of one thing behind the station's address.
    private bool MoveToFixed()
    {
        if (hasAddress && items == 0 && at + 1 < body.Length && body[at] == 0xF1 && body[at + 1] == 0xF1)
            return TakeAddress();
        switch (shape)
        {
            case Sl651BodyShape.Text:
                return at + 1 < body.Length && body[at] == 0xF2 && body[at + 1] == 0xF2 ? MoveToGroup(0xF2) : Stop(BadIdentifier);
            case Sl651BodyShape.Parameters:
                return MoveToParameter();
            case Sl651BodyShape.Version:
                return Take(Sl651ItemKind.Version, 0, default, 1, body[at]);
            case Sl651BodyShape.Events:
                return Take(Sl651ItemKind.Events, 0, default, 0, 64);
            case Sl651BodyShape.Switches:
                return Take(Sl651ItemKind.Switches, 0, default, 1, body[at]);
            case Sl651BodyShape.Gates:
                return Take(Sl651ItemKind.Gates, 0, default, 0, 1 + (body[at] + 7) / 8 + 2 * body[at]);
            case Sl651BodyShape.Quota:
                return Take(Sl651ItemKind.Quota, 0, default, 0, 1);
            default:
                return Stop(BadIdentifier);
        }
    }

    private bool MoveToParameter()
    {
        bool isLong = body[at] == 0xFF;
        int head = isLong ? 3 : 2;
        if (at + head > body.Length)
            return Stop(OverlongElement);
        byte definition = body[at + head - 1];
        // 附录 D: in 0E, the range of a relay, all eight bits are the number of bytes.
        int bytes = body[at] == 0x0E ? definition : definition >> 3;
        return Take(Sl651ItemKind.Parameter, isLong ? 0xFF00 | body[at + 1] : body[at], new(definition), head, bytes);
    }

    private bool Take(Sl651ItemKind kind, int code, Sl651Definition definition, int head, int bytes)
    {
        if (at + head + bytes > body.Length)
            return Stop(OverlongElement);
        current = new() { Kind = kind, Code = code, Definition = definition, Offset = at, Data = body.Slice(at + head, bytes) };
        at += head + bytes;
        return true;
    }

    private bool Stop(string fault)
    {
        Fault = fault;
        return false;
    }
}
