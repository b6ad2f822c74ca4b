using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>UTF-8 encoded strings (MQTT 5, 1.5.4; 3.1.1, 1.5.3).</summary>
internal static class MqttText
{
    private static readonly SearchValues<byte> PlainAscii = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(sign => (byte)sign)]);

    /// <summary>What any string must be: well-formed, without surrogates, without U+0000.</summary>
    public static MqttViolation Check(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            return MqttViolation.TextIllFormed;
        return text.Contains((byte)0) ? MqttViolation.TextHoldsNull : MqttViolation.None;
    }

    /// <summary>What a name must be besides: without control characters (U+0001 to U+001F, U+007F to U+009F) and non-characters. The standard says
    /// that senders should not and receivers may refuse; names get into logs, pages and files, so they are refused here. Free text
    /// (user properties, reason strings, content types) may hold a line break.</summary>
    public static MqttViolation CheckName(ReadOnlySpan<byte> name)
    {
        int special = name.IndexOfAnyExcept(PlainAscii);
        if (special < 0)
            return MqttViolation.None;
        var violation = Check(name);
        if (violation != MqttViolation.None)
            return violation;
        for (var rest = name[special..]; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out int length);
            if (Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF)
                return MqttViolation.NameHoldsControl;
            rest = rest[length..];
        }
        return MqttViolation.None;
    }
}
