using System.Buffers;
using System.Globalization;
using CsCheck;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>Both sides against each other, over a line that loses, cuts, repeats and spoils, with either side killed at any step: what was confirmed
/// is durable, and in the end everything arrives.</summary>
public sealed class Gb26875LineTests
{
    // What happens next, and where in it.
    private static readonly Gen<(int What, int At)[]> Schedules = Gen.Select(Gen.Int[0, 19], Gen.Int[0, 10_000]).Array[1, 250];

    [Fact]
    public void Nothing_confirmed_is_lost_and_everything_arrives() => Schedules.Sample(
        schedule =>
        {
            var pair = new Pair();
            foreach (var (what, at) in schedule)
                pair.Step(what, at);
            pair.Settle();
        }, iter: int.Parse(Environment.GetEnvironmentVariable("SENSORGRID_TEST_ROUNDS") ?? "1500", CultureInfo.InvariantCulture));

    [Fact]
    public void Schedules_reach_every_kind_of_trouble()
    {
        var seen = new HashSet<string>();
        Schedules.Sample(schedule =>
        {
            var pair = new Pair();
            foreach (var (what, at) in schedule)
                pair.Step(what, at);
            pair.Settle();
            lock (seen)
                seen.UnionWith(pair.Seen);
        }, iter: 200, threads: 1);
        Assert.Equal(["closed by the station", "kept", "not kept", "outage asked for", "repeat confirmed"], seen.Order(StringComparer.Ordinal));
    }

    private sealed class Pair
    {
        private readonly Gb26875SessionOptions centreOptions = new() { PollEvery = TimeSpan.FromMinutes(2), SilentAfter = TimeSpan.FromMinutes(1), RefillRecords = 3 };
        private readonly LossyLine up = new();
        private readonly LossyLine down = new();
        private readonly HashSet<string> log = [];
        private readonly HashSet<string> uploads = [];
        private readonly HashSet<string> operations = [];
        private readonly Gb26875StationMemory memory = new();
        private readonly CheckedStore store;
        private Gb26875CentreSession centre;
        private Gb26875StationSession station;
        private long now = Some.Ticks;
        private byte[]? beingKept;
        private bool isAsked;
        private int events;

        public Pair()
        {
            store = new(memory, log);
            centre = new(centreOptions);
            station = NewStation();
        }

        public HashSet<string> Seen { get; } = [];

        public void Step(int what, int at)
        {
            switch (what)
            {
                case <= 5:
                    up.Move(what, at);
                    break;
                case <= 11:
                    down.Move(what - 6, at);
                    break;
                case 12:
                    Happen(at);
                    break;
                case 13 or 14:
                    now += at * TimeSpan.TicksPerMillisecond;
                    Hear(isFinal: at > 5_000);
                    Tick();
                    return;
                case 15:
                    EndKeeping(at % 3 > 0);
                    break;
                case 16 when at % 3 == 0:
                    // The centre is killed between any two steps; what was not durable is gone.
                    NewCentre();
                    break;
                case 17 when at % 3 == 0:
                    // The station loses its power: its memory stays.
                    station = NewStation();
                    break;
                case 18 when at % 3 == 0:
                    Reconnect();
                    break;
                case 19 when at % 2 == 0:
                    if (centre.TryRefill(Packets.Device.ToString(), Some.Ticks, now))
                        Seen.Add("outage asked for");
                    break;
            }
            Hear(isFinal: false);
            AssertBounded();
        }

        /// <summary>The line is good from now on.</summary>
        public void Settle()
        {
            for (int round = 0; round < 400; round++)
            {
                while (up.PiecesUnderWay + down.PiecesUnderWay > 0)
                {
                    up.Move(0, 0);
                    down.Move(0, 0);
                    Hear(isFinal: false);
                }
                Hear(isFinal: true);
                EndKeeping(true);
                if (memory.UploadsWaiting == 0 && isAsked && centre.CommandsUnderWay == 0 && operations.IsSubsetOf(log))
                    break;
                // Operations that were only recorded come by asking for them, again after a new connection: the shell keeps account of holes.
                if (memory.UploadsWaiting == 0 && !isAsked)
                    isAsked = centre.TryRefill(Packets.Device.ToString(), Some.Ticks, long.MaxValue);
                now += TimeSpan.TicksPerSecond * 5;
                Tick();
            }
            Assert.Equal(0, memory.UploadsWaiting);
            Assert.Empty(uploads.Except(log));
            Assert.Empty(operations.Except(log));
        }

        private void Happen(int at)
        {
            long when = Some.Ticks + ++events * TimeSpan.TicksPerSecond;
            ushort state = (ushort)(at % 4);
            switch (at % 5)
            {
                case 0:
                    Assert.True(memory.SetSystemState(Packets.System, state, when));
                    uploads.Add($"1 {state} {when}");
                    break;
                case 1:
                    Assert.True(memory.SetPartState(Packets.Part, state, "x", when));
                    uploads.Add($"2 {state} {when}");
                    break;
                case 2:
                    Assert.True(memory.SetAnalog(Packets.Part, 3, (short)at, when));
                    uploads.Add($"3 {at} {when}");
                    break;
                default:
                    // Uploaded, or only recorded.
                    Assert.True(memory.Operate(null, (byte)at, 1, when, isUploaded: at % 2 == 0));
                    (at % 2 == 0 ? uploads : operations).Add($"24 {(byte)at} {when}");
                    break;
            }
            Tick();
        }

        private void Hear(bool isFinal)
        {
            // One packet at a time, as the shell does it: nothing is taken while one is being kept.
            while (beingKept is null && up.Next(isFinal) is { } packet)
            {
                var wish = Say(down, output => centre.Take(packet, now, output));
                if (wish.HasFlag(FieldSessionWish.Keep))
                    beingKept = centre.Payload.ToArray();
                else if (Packets.Read(packet).Command == Gb26875Command.Send)
                    Seen.Add("repeat confirmed");
            }
            while (down.Next(isFinal) is { } packet)
                Say(up, output => station.Take(packet, now, output));
        }

        private void EndKeeping(bool isDurable)
        {
            if (beingKept is not { } payload)
                return;
            beingKept = null;
            Seen.Add(isDurable ? "kept" : "not kept");
            if (isDurable)
                log.UnionWith(Describe(Packets.Read(payload).Unit));
            Say(down, output => centre.Kept(isDurable, now, output));
            Hear(isFinal: false);
        }

        private void Tick()
        {
            // The station ends its connection before the centre gives it up: it has something under way all the time.
            if (Say(up, output => station.Tick(now, output)).HasFlag(FieldSessionWish.Close))
            {
                Seen.Add("closed by the station");
                Reconnect();
            }
            if (beingKept is null && centre.DueAtTicks <= now && Say(down, output => centre.Tick(now, output)).HasFlag(FieldSessionWish.Close))
            {
                Seen.Add("closed by the centre");
                Reconnect();
            }
        }

        private void Reconnect()
        {
            up.Cut();
            down.Cut();
            NewCentre();
            station = NewStation();
            Say(up, output => station.Tick(now, output));
        }

        private void NewCentre()
        {
            beingKept = null;
            isAsked = false;
            centre = new(centreOptions);
        }

        private Gb26875StationSession NewStation() => new(new() { Address = Packets.Device, Centre = Packets.Centre }, store);

        private void AssertBounded()
        {
            Assert.InRange(centre.CommandsUnderWay, 0, centreOptions.MaxQueuedCommands + 1);
            Assert.InRange(up.BytesHeld + down.BytesHeld, 0, 100_000);
        }

        private static FieldSessionWish Say(LossyLine to, Func<IBufferWriter<byte>, FieldSessionWish> act)
        {
            var output = new ArrayBufferWriter<byte>();
            var wish = act(output);
            to.Write(output.WrittenSpan);
            return wish;
        }
    }

    // The station's memory, asserting what a confirmation promises.
    private sealed class CheckedStore(Gb26875StationMemory memory, HashSet<string> log) : IGb26875StationStore
    {
        private readonly Dictionary<long, string[]> shown = [];

        public bool TryPeek(bool isUrgent, out StationUpload upload)
        {
            bool isThere = memory.TryPeek(isUrgent, out upload);
            if (isThere)
                shown[upload.Id] = [.. Describe(new(upload.Unit.Span))];
            return isThere;
        }

        public void Confirmed(long id)
        {
            Assert.Subset(log, shown[id].ToHashSet());
            memory.Confirmed(id);
        }

        public ushort NextSerial() => memory.NextSerial();

        public void Refused(long id) => memory.Refused(id);

        public bool TryAnswer(Gb26875Unit request, long nowTicks, Gb26875UnitWriter answer) => memory.TryAnswer(request, nowTicks, answer);

        public bool TryDo(Gb26875Unit control, long nowTicks) => memory.TryDo(control, nowTicks);
    }

    private static List<string> Describe(Gb26875Unit unit)
    {
        var found = new List<string>();
        foreach (var item in unit)
        {
            if (item.Type is Gb26875UnitType.SystemState or Gb26875UnitType.PartState or Gb26875UnitType.PartAnalog or Gb26875UnitType.DeviceOperation && item.Time.TryToUtc(out long at))
                found.Add($"{(byte)item.Type} {(item.Type switch { Gb26875UnitType.PartAnalog => item.RawValue, Gb26875UnitType.DeviceOperation => item.Operation, _ => item.State })} {at}");
        }
        return found;
    }
}
