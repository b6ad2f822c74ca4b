using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>What the low-level view sees in a frame, in the words of the vectors.</summary>
internal static class Sl651ViewJson
{
    public static JsonObject Of(byte[] frame)
    {
        Assert.True(Sl651FrameView.TryRead(frame, out var view, out var fault), fault.ToString());
        var header = view.Header;
        bool isHex = header.Encoding == Sl651Encoding.Hex;
        var json = new JsonObject
        {
            ["encoding"] = isHex ? "hex" : "ascii",
            ["direction"] = header.Direction == Sl651Direction.Up ? "up" : "down",
            ["centre"] = header.Centre,
            ["station"] = header.Station.ToString(),
            ["password"] = header.Password.ToString("X4", CultureInfo.InvariantCulture),
            ["function"] = header.Function.ToText(),
            ["bodyLength"] = header.Length,
            ["start"] = header.IsPacket ? "SYN" : "STX",
            ["end"] = header.End.ToString().ToUpperInvariant(),
            ["crc"] = header.Crc.ToString("X4", CultureInfo.InvariantCulture),
            ["serial"] = view.Serial,
            ["sendTime"] = view.TryGetSendTime(out long ticks) ? BeijingTime.FromUtc(ticks).ToString("s", CultureInfo.InvariantCulture) : null,
        };
        if (header.IsPacket)
            (json["total"], json["seq"]) = (header.Total, header.Sequence);
        if (isHex)
            new Walk(json).Through(view);
        else
            json["tokens"] = Words(view);
        return json;
    }

    private static JsonArray Words(Sl651FrameView view)
    {
        var tokens = new JsonArray();
        var words = view.Words;
        while (words.MoveNext())
            tokens.Add(Encoding.ASCII.GetString(words.Current));
        return tokens;
    }

    private sealed class Walk(JsonObject json)
    {
        private readonly JsonArray addresses = [];
        private readonly JsonArray groups = [];
        private readonly JsonArray parameters = [];
        private readonly JsonArray requested = [];

        public void Through(Sl651FrameView view)
        {
            var items = view.Items;
            while (items.MoveNext())
                Take(items.Current);
            Put("addresses", addresses);
            Put("groups", groups);
            Put("params", parameters);
            Put("requestedIds", requested);
            if (items.Fault is not null)
                json["vendorTail"] = Convert.ToHexString(view.Content[items.Offset..]);
        }

        private void Take(Sl651Item item)
        {
            switch (item.Kind)
            {
                case Sl651ItemKind.StationAddress:
                    addresses.Add(Convert.ToHexString(item.Data));
                    if (item.StationClass != 0)
                        json["stationClass"] = item.StationClass.ToString("X2", CultureInfo.InvariantCulture);
                    break;
                case Sl651ItemKind.ObservationTime:
                    Assert.True(Sl651Time.TryRead(item.Data, out long ticks));
                    groups.Add(Group(BeijingTime.FromUtc(ticks).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture)));
                    break;
                case Sl651ItemKind.Element or Sl651ItemKind.Slots or Sl651ItemKind.Step or Sl651ItemKind.Series:
                    if (groups.Count == 0)
                        groups.Add(Group(null));
                    groups[^1]!["elements"]!.AsArray().Add(Element(item));
                    break;
                case Sl651ItemKind.Text:
                    json["text"] = Encoding.ASCII.GetString(item.Data);
                    break;
                case Sl651ItemKind.Picture:
                    (json["imageBytes"], json["imageHead"]) = (item.Data.Length, Convert.ToHexString(item.Data[..4]));
                    break;
                case Sl651ItemKind.Parameter:
                    parameters.Add(Head(item));
                    break;
                case Sl651ItemKind.Requested:
                    requested.Add(Sl651Element.TextOf(item.Code) + item.Definition.Value.ToString("X2", CultureInfo.InvariantCulture));
                    break;
                case Sl651ItemKind.Marker:
                    json["rest"] = Sl651Element.TextOf(item.Code) + item.Definition.Value.ToString("X2", CultureInfo.InvariantCulture);
                    break;
                case Sl651ItemKind.Version:
                    (json["textLength"], json["text"]) = (item.Data.Length, Encoding.ASCII.GetString(item.Data));
                    break;
                case Sl651ItemKind.Events:
                    json["eventBytes"] = item.Data.Length;
                    json["eventCounters"] = Counters(item.Data);
                    break;
                default:
                    Assert.Fail($"no vector has {item.Kind}");
                    break;
            }
        }

        private static JsonObject Group(string? observedAt) => new() { ["observedAt"] = observedAt, ["elements"] = new JsonArray() };

        private static JsonObject Head(Sl651Item item) => new()
        {
            ["id"] = Sl651Element.TextOf(item.Code),
            ["bytes"] = item.Definition.Bytes,
            ["decimals"] = item.Definition.Decimals,
            ["raw"] = Convert.ToHexString(item.Data),
        };

        private static JsonObject Element(Sl651Item item)
        {
            var element = Head(item);
            switch (item.Kind)
            {
                case Sl651ItemKind.Slots:
                    return new()
                    {
                        ["id"] = element["id"]!.DeepClone(),
                        ["defByte"] = item.Definition.Value.ToString("X2", CultureInfo.InvariantCulture),
                        ["values"] = Slots(item.Data),
                    };
                case Sl651ItemKind.Step:
                    if (Sl651Step.TryRead(item.Data, out var step))
                        element["step"] = new JsonObject { ["d"] = step.Days, ["h"] = step.Hours, ["m"] = step.Minutes };
                    break;
                case Sl651ItemKind.Series:
                    element.Remove("raw");
                    element["series"] = Series(item.Data, item.Definition);
                    break;
                case Sl651ItemKind.Element when item.Code == Sl651Elements.Status:
                    element["bits"] = BinaryPrimitives.ReadUInt32BigEndian(item.Data);
                    break;
                default:
                    element["value"] = Value(item.Data, item.Definition.Decimals, out string? reason);
                    if (reason is not null)
                        element["reason"] = reason;
                    break;
            }
            return element;
        }

        private static JsonArray Series(ReadOnlySpan<byte> data, Sl651Definition definition)
        {
            var values = new JsonArray();
            for (; data.Length >= definition.Bytes; data = data[definition.Bytes..])
                values.Add(Value(data[..definition.Bytes], definition.Decimals, out _));
            return values;
        }

        private static JsonArray Slots(ReadOnlySpan<byte> data)
        {
            var values = new JsonArray();
            for (int slot = 0; slot < 12; slot++)
            {
                int value = data.Length == 12 ? data[slot] : BinaryPrimitives.ReadUInt16BigEndian(data[(2 * slot)..]);
                int decimals = data.Length == 12 ? 1 : 2;
                values.Add(value == (data.Length == 12 ? 0xFF : 0xFFFF) ? null : Decimal(value, decimals));
            }
            return values;
        }

        private static JsonObject Counters(ReadOnlySpan<byte> data)
        {
            var counters = new JsonObject();
            for (int i = 0; i < data.Length / 2; i++)
            {
                int count = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
                if (count > 0)
                    counters[$"ERC{i + 1}"] = count;
            }
            return counters;
        }

        private static string? Value(ReadOnlySpan<byte> data, int decimals, out string? reason)
        {
            var kind = Sl651Number.Read(data, out long digits);
            reason = kind switch
            {
                Sl651NumberKind.Value => null,
                Sl651NumberKind.Missing => "missing",
                Sl651NumberKind.VendorMissing => "missing_vendor_AA",
                _ => "not_bcd",
            };
            return reason is null ? Decimal(digits, decimals) : null;
        }

        private static string Decimal(long digits, int decimals) =>
            new decimal((int)digits, (int)(digits >> 32), 0, false, (byte)decimals).ToString(CultureInfo.InvariantCulture);

        private void Put(string name, JsonArray array)
        {
            if (array.Count > 0)
                json[name] = array;
        }
    }
}
