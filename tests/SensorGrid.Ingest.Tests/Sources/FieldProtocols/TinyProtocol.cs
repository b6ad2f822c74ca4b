using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Sources.FieldProtocols;

/// <summary>A protocol small enough to see through: '#', length of the body, body, sum of the body. Body: kind, four characters of station, seconds since
/// 2026 (UTC, big endian), value. The answer to a report 'R' is 'A', station, low byte of the seconds; a question for what is missing is 'Q', station, from,
/// until. 'X' ends the connection.</summary>
internal static class TinyProtocol
{
    public static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A value that the reader cannot use.</summary>
    public const byte Unreadable = 255;

    public static FieldKit Kit { get; } = new(
        new(FieldProtocol.Sl651, TelemetryTopicKind.Sl651, new TinyScanner(), () => new TinyReader()), () => new(new TinySession(), new NoCommands()));

    public static byte[] Report(string station, uint seconds, byte value, char kind = 'R')
    {
        byte[] body = [(byte)kind, .. Encoding.ASCII.GetBytes(station), 0, 0, 0, 0, value];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(5), seconds);
        return [(byte)'#', (byte)body.Length, .. body, (byte)body.Sum(one => one)];
    }

    public static byte[] Answer(string station, uint seconds) => [(byte)'A', .. Encoding.ASCII.GetBytes(station), (byte)seconds];

    public static byte[] Question(string station, uint from, uint until)
    {
        byte[] question = [(byte)'Q', .. Encoding.ASCII.GetBytes(station), 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(question.AsSpan(5), from);
        BinaryPrimitives.WriteUInt32BigEndian(question.AsSpan(9), until);
        return question;
    }

    private static string StationOf(ReadOnlySpan<byte> frame) => Encoding.ASCII.GetString(frame.Slice(3, 4));

    private static uint SecondsOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[7..]);

    private sealed class TinyScanner : IFrameScanner
    {
        public int MaxFrameBytes => 258;

        public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
        {
            int start = bytes.IndexOf((byte)'#');
            if (start < 0)
                return FrameScan.NeedMore(bytes.Length);
            var rest = bytes[start..];
            int length = rest.Length < 2 ? 2 : rest[1] + 3;
            if (rest.Length < length)
                return isFinal ? FrameScan.Broken(start, new("truncated", rest.Length, rest.Length, length)) : FrameScan.NeedMore(start);
            byte sum = 0;
            foreach (byte value in rest[2..(length - 1)])
                sum += value;
            return sum == rest[length - 1] && length == 13 ? FrameScan.Frame(start, length) : FrameScan.Broken(start, new("bad_sum", length - 1));
        }
    }

    private sealed class TinyReader : IFieldFrameReader
    {
        private static readonly FieldElement Level = new("L", "level", "level", "m", "m");

        public FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into)
        {
            into.Clear();
            into.Station = StationOf(frame);
            if (frame[11] == Unreadable)
                into.AddProblem("not_a_number", 11);
            else
                into.Add(new(Level, frame[11], Epoch.Ticks + SecondsOf(frame) * TimeSpan.TicksPerSecond));
            return default;
        }
    }

    private sealed class NoCommands : IStationCommands
    {
        public IReadOnlyList<StationCommandVerb> Verbs => [];

        public StationCommandAnswer Give(string station, string verb, IReadOnlyList<string> arguments) => new(0, "unknown_verb", "It has none.");

        public bool TryTakeEnd(out StationCommandEnd end)
        {
            end = default;
            return false;
        }
    }

    private sealed class TinySession : IFieldSession
    {
        private byte[] payload = [];
        private byte[]? question;

        public string Station { get; private set; } = "";

        public ReadOnlyMemory<byte> Payload => payload;

        // Far off and not never: what a session with a daily duty says.
        public long DueAtTicks => question is null ? DateTime.MaxValue.Ticks : long.MinValue;

        public FieldSessionWish Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
        {
            Station = StationOf(frame);
            payload = frame.ToArray();
            return frame[2] == 'X' ? FieldSessionWish.Close : FieldSessionWish.Keep;
        }

        public FieldSessionWish Kept(bool isDurable, long nowTicks, IBufferWriter<byte> output)
        {
            if (!isDurable)
                return FieldSessionWish.None;
            output.Write(Answer(Station, SecondsOf(payload)));
            return FieldSessionWish.Send;
        }

        public FieldSessionWish Tick(long nowTicks, IBufferWriter<byte> output)
        {
            output.Write(question!);
            question = null;
            return FieldSessionWish.Send;
        }

        public bool TryRefill(string station, long fromTicks, long untilTicks)
        {
            question = Question(station, SecondsAt(fromTicks), SecondsAt(untilTicks));
            return true;
        }

        private static uint SecondsAt(long ticks) => (uint)((ticks - Epoch.Ticks) / TimeSpan.TicksPerSecond);
    }
}
