using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>Reads a frame item by item and writes the same items.</summary>
internal static class Sl651Rewrite
{
    public static byte[] Of(byte[] frame)
    {
        Assert.True(Sl651FrameView.TryRead(frame, out var view, out _));
        view.TryGetSendTime(out long sentAt);
        var body = new Sl651BodyWriter(view.Header.Encoding).Begin(view.Serial, sentAt);
        if (view.Header.Encoding == Sl651Encoding.Hex)
            Items(view, body);
        else
            Words(view, body);
        var output = new ArrayBufferWriter<byte>();
        if (view.Header.IsPacket)
            Sl651FrameWriter.WritePacket(output, Sl651FrameHead.Of(view.Header), view.Header.Total, view.Header.Sequence, body.Written);
        else
            Sl651FrameWriter.Write(output, Sl651FrameHead.Of(view.Header), body.Written);
        return output.WrittenSpan.ToArray();
    }

    private static void Items(Sl651FrameView view, Sl651BodyWriter body)
    {
        var items = view.Items;
        while (items.MoveNext())
            Item(items.Current, Sl651Functions.HasClass(view.Header.Function), body);
    }

    private static void Item(Sl651Item item, bool hasClass, Sl651BodyWriter body)
    {
        _ = item.Kind switch
        {
            Sl651ItemKind.StationAddress => body.Station(Sl651Address.Read(item.Data), hasClass ? item.StationClass : null),
            Sl651ItemKind.ObservationTime => body.ObservedAt(Time(item.Data)),
            Sl651ItemKind.Element when item.Code == Sl651Elements.Status => body.Status(BinaryPrimitives.ReadUInt32BigEndian(item.Data)),
            Sl651ItemKind.Element => Digits(item.Data) is { } digits ? body.Digits(item.Code, digits, item.Definition) : body.Missing(item.Code, item.Definition),
            Sl651ItemKind.Slots when item.Code == 0xF4 => body.RainSlots(Slots(item.Data)),
            Sl651ItemKind.Slots => body.LevelSlots(item.Code - 0xF4, Slots(item.Data)),
            Sl651ItemKind.Step => body.Step(Step(item.Data)),
            Sl651ItemKind.Series => body.Series(item.Code, item.Definition, Series(item.Data, item.Definition.Bytes)),
            Sl651ItemKind.Text => body.ManualText(Encoding.ASCII.GetString(item.Data)),
            Sl651ItemKind.Picture => body.Picture(item.Data),
            Sl651ItemKind.Parameter => body.Parameter(item.Code, item.Definition, item.Data),
            Sl651ItemKind.Requested => body.Request(item.Code, item.Definition),
            Sl651ItemKind.Marker => body.Request(item.Code, item.Definition),
            Sl651ItemKind.Version => body.Version(Encoding.ASCII.GetString(item.Data)),
            Sl651ItemKind.Events => body.Events(Events(item.Data)),
            _ => throw new InvalidOperationException($"no vector has {item.Kind}"),
        };
    }

    private static void Words(Sl651FrameView view, Sl651BodyWriter body)
    {
        var words = view.Words;
        while (words.MoveNext())
        {
            string name = Encoding.ASCII.GetString(words.Current);
            words.MoveNext();
            string value = Encoding.ASCII.GetString(words.Current);
            if (name == "ST")
            {
                Assert.True(Sl651Address.TryParse(value, out var address));
                words.MoveNext();
                body.Station(address, words.Current[0]);
            }
            else if (name == "TT")
            {
                Assert.True(Sl651Time.TryReadDigits(Encoding.ASCII.GetBytes(value), out long ticks));
                body.ObservedAt(ticks);
            }
            else
            {
                int decimals = value.Length - value.IndexOf('.', StringComparison.Ordinal) - 1;
                body.Digits(Sl651Elements.OfWord(Encoding.ASCII.GetBytes(name))!.Code, long.Parse(value.Replace(".", "", StringComparison.Ordinal), null), Sl651Definition.Of(4, decimals));
            }
        }
    }

    private static long Time(ReadOnlySpan<byte> data) => Sl651Time.TryRead(data, out long ticks) ? ticks : throw new InvalidOperationException("no time");

    private static Sl651Step Step(ReadOnlySpan<byte> data) => Sl651Step.TryRead(data, out var step) ? step : throw new InvalidOperationException("no step");

    private static long? Digits(ReadOnlySpan<byte> data) => Sl651Number.Read(data, out long digits) switch
    {
        Sl651NumberKind.Value => digits,
        Sl651NumberKind.Missing => null,
        var other => throw new InvalidOperationException($"{other} has no form of the standard"),
    };

    private static int?[] Slots(ReadOnlySpan<byte> data)
    {
        var slots = new int?[12];
        for (int slot = 0; slot < 12; slot++)
        {
            int value = data.Length == 12 ? data[slot] : BinaryPrimitives.ReadUInt16BigEndian(data[(2 * slot)..]);
            slots[slot] = value == (data.Length == 12 ? 0xFF : 0xFFFF) ? null : value;
        }
        return slots;
    }

    private static long?[] Series(ReadOnlySpan<byte> data, int width)
    {
        var values = new long?[data.Length / width];
        for (int i = 0; i < values.Length; i++)
            values[i] = Digits(data.Slice(i * width, width));
        return values;
    }

    private static ushort[] Events(ReadOnlySpan<byte> data)
    {
        var counters = new ushort[data.Length / 2];
        for (int i = 0; i < counters.Length; i++)
            counters[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
        return counters;
    }
}
