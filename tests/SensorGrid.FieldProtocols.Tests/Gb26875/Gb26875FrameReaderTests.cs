using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>Packets as readings.</summary>
public sealed class Gb26875FrameReaderTests
{
    private static readonly TimeLabel Sent = Packets.Time;
    private static readonly TimeLabel Earlier = TimeLabel.FromUtc(Some.TicksAfter(-86_400));
    private readonly Gb26875FrameReader reader = new();
    private readonly FieldFrame frame = new();

    [Fact]
    public void The_header_gives_station_function_serial_and_time_of_sending()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceState).AddDeviceState(1, Sent)));
        Assert.Equal((FieldProtocol.Gb26875, "889", "2/21", 7L, Some.Ticks), (frame.Protocol, frame.Station, frame.Function, frame.Serial, frame.SentAtTicks));
    }

    [Theory]
    [InlineData(Gb26875Command.Control, "88888")]
    [InlineData(Gb26875Command.Request, "88888")]
    [InlineData(Gb26875Command.Send, "889")]
    [InlineData(Gb26875Command.Reply, "889")]
    public void The_station_of_a_command_is_whom_it_goes_to(Gb26875Command command, string station)
    {
        Read(Packets.Of([], command));
        Assert.Equal(station, frame.Station);
    }

    [Fact]
    public void A_system_state_gives_a_boolean_for_each_bit_and_the_word()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.SystemState).AddSystemState(Packets.System, 0b1000_0000_0011, Earlier)));
        Assert.Equal(
            [
                "system/1/11/normal=1", "system/1/11/fire=1", "system/1/11/fault=0", "system/1/11/shielded=0", "system/1/11/supervised=0", "system/1/11/started=0",
                "system/1/11/feedback=0", "system/1/11/delayed=0", "system/1/11/main-power-fault=0", "system/1/11/backup-power-fault=0", "system/1/11/bus-fault=0",
                "system/1/11/manual=1", "system/1/11/configuration-changed=0", "system/1/11/reset=0", "system/1/11/state=2051",
            ], Readings());
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal((Some.TicksAfter(-86_400), Quality.Good), (reading.ObservedAtTicks, reading.Quality)));
        Assert.Equal(14, frame.Readings.ToArray().Count(reading => reading.Kind == ReadingKind.Boolean));
        Assert.Empty(Problems());
    }

    [Fact]
    public void A_part_state_gives_its_bits_and_its_description_as_text()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.PartState).AddPartState(Packets.Part, 0b1_0000_0101, "负一层肉类加工间 1", Sent)));
        const string Part = "part/1/11/40/0a000200/";
        Assert.Equal(
            [
                Part + "normal=1", Part + "fire=0", Part + "fault=1", Part + "shielded=0", Part + "supervised=0", Part + "started=0", Part + "feedback=0",
                Part + "delayed=0", Part + "power-fault=1", Part + "state=261", Part + "description=负一层肉类加工间 1",
            ], Readings());
    }

    [Fact]
    public void A_fire_from_a_part_under_test_counts_and_is_marked()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceState).AddDeviceState(0b10, Sent)));
        Assert.Equal(Quality.Suspect, Reading("device/fire").Quality);
        Assert.Equal(1, Reading("device/fire").Value);
        Assert.Equal(["fire_in_test 29"], Problems());
    }

    [Fact]
    public void Reserved_bits_stand_in_the_word_and_on_demand_by_themselves()
    {
        byte[] packet = Packets.Of(Packets.Unit(Gb26875UnitType.PartState).AddCompactPartState(Packets.Part, 0b10_0000_0001, Sent));
        Read(packet);
        Assert.Equal(["reserved_bits 36"], Problems());
        Assert.Equal(513, Reading("part/1/11/40/0a000200/state").Value);
        Assert.DoesNotContain(Readings(), text => text.Contains("/bit", StringComparison.Ordinal));

        Assert.Null(new Gb26875FrameReader(new() { ReservedBits = true }).Read(packet, Some.Ticks, frame).Code);
        Assert.Equal((1, 0), (Reading("part/1/11/40/0a000200/bit9").Value, Reading("part/1/11/40/0a000200/bit15").Value));
        Assert.False(Reading("part/1/11/40/0a000200/bit9").Element.IsKnown);
    }

    [Theory]
    [InlineData(1, 32000, "count", 32000, "count")]
    [InlineData(2, 1234, "height", 12.34, "m")]
    [InlineData(3, -2730, "temperature", -273, "Cel")]
    [InlineData(4, 7, "pressure-mpa", 700_000, "Pa")]
    [InlineData(5, 3013, "pressure", 301_300, "Pa")]
    [InlineData(6, 253, "gas", 25.3, "")]
    [InlineData(7, 60, "duration", 60, "s")]
    [InlineData(8, 2203, "voltage", 220.3, "V")]
    [InlineData(9, 11, "current", 1.1, "A")]
    [InlineData(10, 153, "flow", 15.3, "l/s")]
    [InlineData(11, 153, "air-volume", 15.3, "")]
    [InlineData(12, 20, "wind-speed", 20, "m/s")]
    public void Analog_values_come_exactly_in_registered_units(byte type, short raw, string name, double value, string unit)
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.PartAnalog).AddAnalog(Packets.Part, type, raw, Sent)));
        var reading = Assert.Single(frame.Readings.ToArray());
        Assert.Equal(("part/1/11/40/0a000200/" + name, value, unit, Quality.Good), (reading.Element.Name, reading.Value, reading.Element.Unit, reading.Quality));
        Assert.NotEqual(UnitRegistry.Unknown, reading.Element.UnitId);
        Assert.Empty(Problems());
    }

    [Theory]
    [InlineData(3, -2731)]
    [InlineData(3, 32001)]
    [InlineData(2, -1)]
    [InlineData(12, 21)]
    public void A_value_out_of_the_range_of_its_type_is_bad(byte type, short raw)
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.PartAnalog).AddAnalog(Packets.Part, type, raw, Sent)));
        Assert.Equal(Quality.Bad, Assert.Single(frame.Readings.ToArray()).Quality);
        Assert.Equal(["value_out_of_range 37"], Problems());
    }

    [Fact]
    public void An_analog_type_that_no_table_holds_is_kept_as_it_was_sent()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.PartAnalog).AddAnalog(Packets.Part, 136, 3463, Sent).AddAnalog(Packets.Part, 5, 1, Sent)));
        Assert.Equal(["part/1/11/40/0a000200/analog-136=3463", "part/1/11/40/0a000200/pressure=100"], Readings());
        Assert.False(frame.Readings[0].Element.IsKnown);
        Assert.Equal(["unknown_analog_type 36"], Problems());
    }

    [Fact]
    public void Operations_give_their_bits_the_byte_and_who_did_it()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceOperation).AddDeviceOperation(0b10_0000, 3, Earlier)));
        Assert.Equal(
            [
                "device/operation/reset=0", "device/operation/silence=0", "device/operation/manual-alarm=0", "device/operation/alarm-cleared=0",
                "device/operation/self-test=0", "device/operation/roll-call-answer=1", "device/operation/test=0", "device/operation/state=32",
                "device/operation/operator=3",
            ], Readings());
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.SystemOperation).AddSystemOperation(Packets.System, 0b10_0000, 4, Earlier)));
        Assert.Equal((1, 4), (Reading("system/1/11/operation/confirm").Value, Reading("system/1/11/operation/operator").Value));
    }

    [Fact]
    public void Versions_and_configurations_are_texts()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.SystemVersion).AddSystemVersion(Packets.System, 1, 255)));
        Assert.Equal(["system/1/11/version=1.255"], Readings());
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceVersion).AddDeviceVersion(2, 0)));
        Assert.Equal(["device/version=2.0"], Readings());
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.SystemConfiguration).AddSystemConfiguration(Packets.System, "一楼").AddSystemConfiguration(new(11, 2), "𠀀x")));
        Assert.Equal(["system/1/11/configuration=一楼", "system/11/2/configuration=𠀀x"], Readings());
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceConfiguration).AddDeviceConfiguration("a\tb")));
        Assert.Equal(["device/configuration=a\tb"], Readings());
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.PartConfiguration).AddPartConfiguration(Packets.Part, "厨房")));
        Assert.Equal(["part/1/11/40/0a000200/description=厨房"], Readings());
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal(Some.Ticks, reading.ObservedAtTicks));
    }

    [Fact]
    public void Clocks_are_told_by_how_far_they_are_off()
    {
        Assert.Null(reader.Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceClock).AddDeviceClock(Sent)), Some.TicksAfter(-2.5), frame).Code);
        Assert.Equal(["device/clock-offset=2.5"], Readings());
        Assert.Equal(Some.TicksAfter(-2.5), frame.Readings[0].ObservedAtTicks);
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.SystemClock).AddSystemClock(Packets.System, default)));
        Assert.Equal(Quality.Missing, Reading("system/1/11/clock-offset").Quality);
        Assert.Equal(["invalid_time 31"], Problems());
    }

    [Fact]
    public void A_heartbeat_is_a_sign_of_life_and_answers_are_none()
    {
        Read(Packets.Of([]));
        Assert.Equal(("device/heartbeat=1", "2"), (Assert.Single(Readings()), frame.Function));
        foreach (var command in new[] { Gb26875Command.Confirm, Gb26875Command.Deny })
        {
            Read(Packets.Of([], command));
            Assert.Empty(Readings());
        }
    }

    [Fact]
    public void Times_that_cannot_be_are_taken_from_the_arrival_and_marked()
    {
        byte[] packet = Packets.Of(new Gb26875Header(1, default, Packets.Device, Packets.Centre, Gb26875Command.Send),
            Packets.Unit(Gb26875UnitType.DeviceState).AddDeviceState(1, TimeLabel.Read([0, 0, 0, 31, 2, 26])).Unit);
        Read(packet);
        Assert.Null(frame.SentAtTicks);
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal((Some.Ticks, Quality.Suspect), (reading.ObservedAtTicks, reading.Quality)));
        Assert.Equal(["invalid_time 6", "invalid_time 30"], Problems());
    }

    [Theory]
    [InlineData("96010003", "unit/150=96010003", "unknown_type 27")]
    [InlineData("16", "unit/short=16", "unit_too_short 27")]
    [InlineData("150101", "unit/21=150101", "unit_length_mismatch 27")]
    [InlineData("0100", "unit/1=0100", "unit_length_mismatch 27")]
    [InlineData("0101010203", "unit/1=0101010203", "unit_length_mismatch 27")]
    [InlineData("010101020300000000000000", null, null)]
    [InlineData("01010102030000000000000000", "unit/1=01010102030000000000000000", "maker_layout 27")]
    [InlineData("510100", "unit/81=510100", "unexpected_type 27")]
    public void What_is_not_understood_is_kept_as_hex_under_the_number_of_its_type(string unit, string? reading, string? problem)
    {
        Read(Packets.Of(Convert.FromHexString(unit)));
        if (reading is null)
            Assert.Equal(15, frame.ReadingCount);
        else
            Assert.Equal((reading, problem), (Assert.Single(Readings()), Assert.Single(Problems())));
    }

    [Fact]
    public void A_unit_that_is_broken_behind_good_objects_gives_the_good_ones_and_itself()
    {
        byte[] unit = Packets.Unit(Gb26875UnitType.SystemConfiguration).AddSystemConfiguration(Packets.System, "ok").AddSystemConfiguration(Packets.System, "cut").Unit[..^1].ToArray();
        Read(Packets.Of(unit));
        Assert.Equal(["system/1/11/configuration=ok", "unit/6=" + Convert.ToHexStringLower(unit)], Readings());
        Assert.Equal(["unit_length_mismatch 27"], Problems());
    }

    [Fact]
    public void Packets_of_one_device_one_behind_the_other_are_read_together()
    {
        byte[] one = Packets.Of(Packets.Unit(Gb26875UnitType.DeviceVersion).AddDeviceVersion(1, 1)), two = Packets.Of([21, 1, 1], serial: 8);
        Read([.. one, .. two]);
        Assert.Equal(["device/version=1.1", "unit/21=150101"], Readings());
        Assert.Equal((7L, "2/25", $"unit_length_mismatch {one.Length + 27}"), (frame.Serial, frame.Function, Assert.Single(Problems())));

        byte[] other = Packets.Of(new Gb26875Header(1, Sent, new(5), Packets.Centre, Gb26875Command.Send), []);
        Assert.Equal("several_stations", reader.Read([.. one, .. other], Some.Ticks, frame).Code);
        Assert.Equal("incomplete", reader.Read([.. one, .. two[..^1]], Some.Ticks, frame).Code);
        Assert.Equal("bad_start", reader.Read([.. one, 0], Some.Ticks, frame).Code);
    }

    [Fact]
    public void Commands_of_makers_are_read_like_data_and_told()
    {
        Read(Packets.Of(Packets.Unit(Gb26875UnitType.DeviceVersion).AddDeviceVersion(1, 1), (Gb26875Command)130));
        Assert.Equal(("130", "device/version=1.1", "unknown_command 26"), (frame.Function, Assert.Single(Readings()), Assert.Single(Problems())));
    }

    [Fact]
    public void Bytes_that_are_no_characters_become_replacement_signs_and_are_told()
    {
        byte[] unit = [26, 1, 5, (byte)'a', 0xFF, 0x81, 0x30, (byte)'b'];
        Read(Packets.Of(unit));
        Assert.Equal(["device/configuration=a\uFFFD\uFFFD0b"], Readings());
        Assert.Equal(["bad_text 30"], Problems());
    }

    [Fact]
    public void Every_name_is_a_name_of_SenML_and_fits_a_catalogue()
    {
        foreach (var vector in Gb26875Vector.Good)
        {
            Read(vector.Input);
            foreach (var reading in frame.Readings)
                Assert.Matches("^[A-Za-z0-9][A-Za-z0-9:./_-]{0,254}$", reading.Element.Name);
        }
    }

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        byte[][] packets = [.. Gb26875Vector.Good.Select(vector => vector.Input)];
        var scanner = new Gb26875FrameScanner();
        for (int round = 0; round < 50; round++)
            ReadAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
            ReadAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ReadAll()
        {
            foreach (byte[] packet in packets)
            {
                if (scanner.Scan(packet, false).Length != packet.Length || reader.Read(packet, Some.Ticks, frame).Code is not null)
                    throw new InvalidOperationException("a good packet is not read");
            }
        }
    }

    [Fact]
    public void Memory_of_names_is_bounded_and_names_stay_right_beyond_it()
    {
        var small = new Gb26875FrameReader(new() { MaxRememberedPoints = 10, MaxRememberedStations = 10 });
        for (uint round = 0; round < 3; round++)
        {
            for (uint part = 0; part < 50; part++)
            {
                var header = new Gb26875Header(1, Sent, new(part), Packets.Centre, Gb26875Command.Send);
                Assert.Null(small.Read(Packets.Of(header, Packets.Unit(Gb26875UnitType.PartAnalog).AddAnalog(Packets.Part with { Address = new(part) }, 3, 215, Sent).Unit), Some.Ticks, frame).Code);
                Assert.Equal(($"{part}", $"part/1/11/40/{part:x2}000000/temperature=21.5"), (frame.Station, Assert.Single(Readings())));
                Assert.InRange(small.RememberedNames, 1, 20);
            }
        }
    }

    [Fact]
    public void Settings_out_of_range_are_told()
    {
        Assert.Empty(new Gb26875ReaderOptions().Validate());
        Assert.Equal(2, new Gb26875ReaderOptions { MaxRememberedPoints = 0, MaxRememberedStations = 1 }.Validate().Count);
    }

    private void Read(byte[] packet) => Assert.Null(reader.Read(packet, Some.Ticks, frame).Code);

    private FieldReading Reading(string name) => frame.Readings.ToArray().Single(reading => reading.Element.Name == name);

    private string[] Readings() => [.. frame.Readings.ToArray().Select(reading => $"{reading.Element.Name}={(
        reading.Kind == ReadingKind.Text ? frame.GetText(reading) : FormattableString.Invariant($"{reading.Value}"))}")];

    private string[] Problems() => [.. frame.Problems.ToArray().Select(problem => $"{problem.Code} {problem.Offset}")];
}
