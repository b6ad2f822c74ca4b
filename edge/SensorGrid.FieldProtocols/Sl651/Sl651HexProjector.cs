using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Readings of a HEX body.</summary>
internal sealed class Sl651HexProjector(Sl651Projection readings, Sl651Names names)
{
    private static readonly FieldElement Version = new("version", "version", "software version", "", "");
    private static readonly FieldElement Quota = new("quota", "quota", "water quota control", "", "");
    private readonly Sl651Texts texts = new();
    private Sl651Step step;

    /// <summary>Goes through the body; the header is that of an uplink.</summary>
    public void Project(in Sl651FrameView view, FieldFrame into)
    {
        step = default;
        var items = view.Items;
        while (items.MoveNext())
            Take(items.Current, view.ContentOffset, view.Header.Function, into);
        if (items.Fault is { } fault)
            into.AddProblem(view.Header.Function.IsKnown() ? fault : Sl651Problems.UnknownFunction, view.ContentOffset + items.Offset);
    }

    private void Take(in Sl651Item item, int contentOffset, Sl651Function function, FieldFrame into)
    {
        int offset = contentOffset + item.Offset;
        switch (item.Kind)
        {
            case Sl651ItemKind.StationAddress:
                readings.SetStation(Sl651Address.Read(item.Data));
                break;
            case Sl651ItemKind.ObservationTime when Sl651Time.TryRead(item.Data, out long ticks):
                readings.SetTime(ticks);
                break;
            case Sl651ItemKind.ObservationTime:
                readings.SetBadTime(offset);
                break;
            case Sl651ItemKind.Element:
                Element(item, offset, into);
                break;
            case Sl651ItemKind.Slots:
                readings.NeedTime(offset);
                readings.Slots(Sl651Elements.Of(item.Code), item.Data);
                break;
            case Sl651ItemKind.Step:
                // One that is none is told by the walker, which stops there.
                _ = Sl651Step.TryRead(item.Data, out step);
                break;
            case Sl651ItemKind.Series:
                readings.NeedTime(offset);
                readings.Series(Sl651Elements.Of(item.Code), item.Definition, item.Data, step, offset);
                break;
            case Sl651ItemKind.Text:
                readings.Text(Sl651Elements.Of(item.Code).Field, Sl651Texts.ToUtf8(item.Data), offset);
                break;
            case Sl651ItemKind.Picture:
                // The picture itself stays in the log; that one came, and how large it is, is the reading.
                readings.Count(Sl651Elements.Of(item.Code).Field, item.Data.Length);
                break;
            case Sl651ItemKind.Bulk:
                readings.NeedTime(offset);
                readings.Text(Sl651Elements.Of(item.Code).Field, texts.ToHex(item.Data), offset);
                break;
            case Sl651ItemKind.Parameter:
                Parameter(item, offset, into);
                break;
            case Sl651ItemKind.Version:
                readings.Text(Version, Sl651Texts.ToUtf8(item.Data), offset);
                break;
            case Sl651ItemKind.Events:
                for (int i = 0; i < item.Data.Length / 2; i++)
                    readings.Count(names.Unit("ERC", i + 1, Sl651Events.TextOf(i + 1), "count"), BinaryPrimitives.ReadUInt16BigEndian(item.Data[(2 * i)..]));
                break;
            case Sl651ItemKind.Switches:
                Switches(function == Sl651Function.SwitchPumps ? "PUMP" : "VALVE", function == Sl651Function.SwitchPumps ? "pump runs" : "valve open", item.Data, item.Data.Length * 8);
                break;
            case Sl651ItemKind.Gates:
                Gates(item.Data, offset);
                break;
            case Sl651ItemKind.Quota:
                readings.Boolean(Quota, item.Data[0] != 0);
                break;
            default:
                // What is asked for stands in downlinks only, and those have no readings.
                break;
        }
    }

    private void Element(in Sl651Item item, int offset, FieldFrame into)
    {
        readings.NeedTime(offset);
        var element = Sl651Elements.Of(item.Code);
        if (item.Data.Length == 0)
            into.AddProblem(Sl651Problems.EmptyElement, offset, element.Field.Code);
        else if (item.Code != Sl651Elements.Status || item.Data.Length != 4)
            readings.Bcd(element, item.Definition, item.Data, offset);
        else
            readings.Status(BinaryPrimitives.ReadUInt32BigEndian(item.Data));
    }

    private void Parameter(in Sl651Item item, int offset, FieldFrame into)
    {
        // A password is no reading, and no secret belongs into a store.
        if (item.Code == Sl651Parameters.Password)
            return;
        var parameter = Sl651Parameters.Of(item.Code);
        if (item.Data.Length == 0)
            into.AddProblem(Sl651Problems.EmptyElement, offset, parameter.Field.Code);
        else if (Sl651Parameters.IsBinary(item.Code))
            readings.Text(parameter.Field, texts.ToHex(item.Data), offset);
        else
            readings.Bcd(parameter, item.Definition, item.Data, offset);
    }

    private void Switches(string name, string quantity, ReadOnlySpan<byte> states, int count)
    {
        for (int unit = 0; unit < count; unit++)
            readings.Boolean(names.Unit(name, unit + 1, quantity, ""), (states[unit / 8] >> (unit % 8) & 1) != 0);
    }

    // Number of gates, a bit for each, then an opening of two BCD bytes in cm for each.
    private void Gates(ReadOnlySpan<byte> data, int offset)
    {
        int gates = data[0];
        int stateBytes = (gates + 7) / 8;
        Switches("GATE", "gate open", data.Slice(1, stateBytes), gates);
        for (int gate = 0; gate < gates; gate++)
        {
            var opening = names.Unit("GATE-OPENING", gate + 1, "gate opening", "cm");
            switch (Sl651Number.Read(data.Slice(1 + stateBytes + 2 * gate, 2), out long digits))
            {
                case Sl651NumberKind.Value:
                    readings.Count(opening, digits);
                    break;
                case Sl651NumberKind.Missing or Sl651NumberKind.VendorMissing:
                    readings.Missing(opening);
                    break;
                default:
                    readings.Bad(opening, Sl651Problems.NotBcd, offset);
                    break;
            }
        }
    }
}
