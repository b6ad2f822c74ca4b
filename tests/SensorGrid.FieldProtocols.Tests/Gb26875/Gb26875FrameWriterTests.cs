using System.Buffers;
using System.Text;
using CsCheck;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

public sealed class Gb26875FrameWriterTests
{
    private static readonly Gen<TimeLabel> Times = Gen.Select(Gen.Int[0, 59], Gen.Int[0, 59], Gen.Int[0, 23], Gen.Int[1, 28], Gen.Int[1, 12], Gen.Int[0, 99])
        .Select((second, minute, hour, day, month, year) => TimeLabel.Read([(byte)second, (byte)minute, (byte)hour, (byte)day, (byte)month, (byte)year]));

    private static readonly Gen<DeviceAddress> Addresses = Gen.ULong[0, DeviceAddress.MaxValue].Select(value => new DeviceAddress(value));
    private static readonly Gen<FireSystem> Systems = Gen.Select(Gen.Byte, Gen.Byte).Select((type, address) => new FireSystem(type, address));
    private static readonly Gen<FirePart> Parts = Gen.Select(Systems, Gen.Byte, Gen.UInt).Select((system, type, address) => new FirePart(system, type, new(address)));

    private static readonly char[] OddSigns = ['a', '消', 'é', '\u3400', '€', '\u0007'];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Char[' ', '~'].Array[0, 31].Select(signs => new string(signs)), Gen.Char['\u4e00', '\u9fa5'].Array[0, 15].Select(signs => new string(signs)),
        Gen.Int[0, 5].Array[0, 7].Select(signs => string.Concat(signs.Select(i => OddSigns[i]))), Gen.Const("𠀀𪛖x")).Select(text => text.Trim(' '));

    // Writes objects of every type and says, field by field, what must be read again.
    private static readonly Gen<Action<Gb26875UnitWriter, StringBuilder>> Units = Gen.Select(Gen.Int[0, 26], Gen.Int[1, 3], Systems, Parts, Gen.UShort, Texts, Times, Gen.Select(Gen.Byte, Gen.Byte[1, 102]))
        .Select(Unit);

    [Fact]
    public void What_is_written_is_read_again() => Gen.Select(Gen.UShort, Times, Addresses, Addresses, Gen.Byte, Units).Sample((serial, time, source, destination, command, unit) =>
        {
            var header = new Gb26875Header(serial, time, source, destination, (Gb26875Command)command) { MajorVersion = (byte)serial, UserVersion = command };
            var writer = new Gb26875UnitWriter();
            var expected = new StringBuilder();
            unit(writer, expected);
            byte[] packet = Packets.Of(header, writer.Unit);
            var frame = Packets.Read(packet);
            Assert.Equal(header, frame.Header);
            Assert.Equal(expected.ToString(), Describe(frame.Unit));
            // And it is one that a stream reader finds, with one sum only.
            Assert.Equal(packet.Length, new Gb26875FrameScanner().Scan(packet, false).Length);
        }, iter: 20_000);

    [Theory, MemberData(nameof(Gb26875Vector.GoodNames), MemberType = typeof(Gb26875Vector))]
    public void A_published_packet_is_written_as_it_was(string name)
    {
        byte[] input = Gb26875Vector.Named(name).Input;
        var frame = Packets.Read(input);
        Assert.Equal(input, Packets.Of(frame.Header, frame.Unit.Bytes));
    }

    [Fact]
    public void The_published_confirmation_is_the_answer_to_the_published_upload()
    {
        var upload = Packets.Read(Gb26875Vector.Named("upload part state: smoke detector fire").Input);
        byte[] confirmation = Gb26875Vector.Named("centre confirms upload (empty unit)").Input;
        Assert.Equal(confirmation, Packets.Of(upload.Header.Answer(Gb26875Command.Confirm, Packets.Read(confirmation).SentAt), []));
    }

    [Fact]
    public void The_published_units_are_written_from_their_fields()
    {
        AssertUnit("request device state (81)", Packets.Unit(Gb26875UnitType.ReadDeviceState).AddDeviceQuery());
        AssertUnit("initialise device (89)", Packets.Unit(Gb26875UnitType.InitialiseDevice).AddDeviceQuery());
        AssertUnit("sync device clock (90)", Packets.Unit(Gb26875UnitType.SetDeviceClock).AddDeviceClock(TimeLabel.Read([2, 58, 9, 26, 9, 12])));
        AssertUnit("compact part state: NB-IoT smoke detector fire", Packets.Unit(Gb26875UnitType.PartState)
            .AddCompactPartState(new(new(135, 0), 40, new(5941)), 35, TimeLabel.Read([59, 19, 15, 3, 6, 21])));
        AssertUnit("two full part-state objects with firmware text", Packets.Unit(Gb26875UnitType.PartState)
            .AddPartState(new(new(132, 0), 129, default), 0, "F9164-T_V1.0 Nov 16 2018 15:34", TimeLabel.Read([0, 30, 16, 19, 11, 18]))
            .AddPartState(new(new(131, 0), 128, default), 0, "F9164-T_V1.0 Nov 16 2018 15:34", TimeLabel.Read([0, 30, 16, 19, 11, 18])));

        static void AssertUnit(string name, Gb26875UnitWriter writer) =>
            Assert.Equal(Packets.Read(Gb26875Vector.Named(name).Input).Unit.Bytes, writer.Unit);
    }

    [Fact]
    public void What_cannot_be_written_is_refused_and_changes_nothing()
    {
        var time = Packets.Time;
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, new string('x', 32), time), "32 bytes");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, "一二三四五六七八九十一二三四五六", time), "32 bytes");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, "a\0b", time), "zero");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, " a", time), "blank");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, "a ", time), "blank");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, "a\ud800", time), "no character");
        Refuses(Gb26875UnitType.PartState, unit => unit.AddPartState(Packets.Part, 0, "", time).AddCompactPartState(Packets.Part, 0, time), "mix");
        Refuses(Gb26875UnitType.SystemConfiguration, unit => unit.AddSystemConfiguration(Packets.System, new string('x', 256)), "256 bytes");
        Refuses(Gb26875UnitType.SystemState, unit => unit.AddDeviceState(1, time), "type 1");
        Refuses(Gb26875UnitType.SystemState, unit => unit.AddDeviceQuery(), "type 1");
        Refuses(Gb26875UnitType.SystemState, unit => unit.AddVendorObject([1]), "own methods");
        Refuses(Gb26875UnitType.DeviceState, unit => unit.AddDeviceState(1, time).AddDeviceState(1, time), "at most 1");
        Refuses(Gb26875UnitType.PartState, unit => Enumerable.Range(0, 23).ToList().ForEach(_ => unit.AddPartState(Packets.Part, 0, "", time)), "at most 22");
        Refuses(Gb26875UnitType.PartState, unit => Enumerable.Range(0, 23).ToList().ForEach(_ => unit.AddCompactPartState(Packets.Part, 0, time)), "at most 22");
        Refuses(Gb26875UnitType.PartAnalog, unit => unit.AddAnalogValue(Packets.Part, 3, 3200.1m, time), "-273 to 3200");
        Refuses(Gb26875UnitType.PartAnalog, unit => unit.AddAnalogValue(Packets.Part, 3, 21.55m, time), "steps");
        Refuses(Gb26875UnitType.PartAnalog, unit => unit.AddAnalogValue(Packets.Part, 128, 1, time), "no unit");
        Refuses(Gb26875UnitType.ReadDeviceOperations, unit => unit.AddDeviceOperationQuery(103, time), "1 to 102");
        Refuses((Gb26875UnitType)150, unit => unit.AddVendorObject(new byte[1023]), "does not fit");
        Assert.Throws<ArgumentException>(() => new Gb26875UnitWriter().AddDeviceState(1, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeLabel.FromUtc(new DateTime(1999, 12, 31, 15, 59, 59).Ticks));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeLabel.FromUtc(new DateTime(2099, 12, 31, 16, 0, 0).Ticks));

        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(() => Gb26875FrameWriter.Write(new(), new byte[1025], output));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gb26875FrameWriter.Write(new(0, time, new(DeviceAddress.MaxValue + 1), default, default), [], output));
        Assert.Equal(0, output.WrittenCount);

        static void Refuses(Gb26875UnitType type, Action<Gb26875UnitWriter> add, string reason)
        {
            var unit = Packets.Unit(type);
            var refused = Assert.ThrowsAny<ArgumentException>(() => add(unit));
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
            // As many objects as it says stand in it, and they are whole.
            if (unit.Count > 0)
                Assert.Contains(new Gb26875Unit(unit.Unit).Layout, new[] { UnitLayout.Standard, UnitLayout.Compact });
            else
                Assert.Equal(2, unit.Unit.Length);
        }
    }

    [Theory]
    [InlineData(Gb26875UnitType.ReadSystemState, Gb26875UnitType.SystemState)]
    [InlineData(Gb26875UnitType.ReadPartConfiguration, Gb26875UnitType.PartConfiguration)]
    [InlineData(Gb26875UnitType.ReadDeviceOperations, Gb26875UnitType.DeviceOperation)]
    [InlineData(Gb26875UnitType.ReadDeviceClock, Gb26875UnitType.DeviceClock)]
    [InlineData(Gb26875UnitType.SetDeviceClock, default(Gb26875UnitType))]
    [InlineData((Gb26875UnitType)70, default(Gb26875UnitType))]
    [InlineData(Gb26875UnitType.DeviceState, default(Gb26875UnitType))]
    public void Requests_know_what_answers_them(Gb26875UnitType request, Gb26875UnitType answer) => Assert.Equal(answer, UnitTypeForm.AnswerTo(request));

    [Fact]
    public void Zone_and_point_of_a_part_stand_where_its_maker_puts_them()
    {
        Assert.Equal((10, 2), Packets.Part.Address.Split(PartAddressOrder.ZoneThenPoint));
        Assert.Equal((101, 5), PartAddress.Read([5, 0, 0x65, 0]).Split(PartAddressOrder.PointThenZone));
    }

    [Fact]
    public void The_tables_hold_what_the_standard_lists()
    {
        Assert.Equal((17, 66), (SystemTypes.Codes.Count, PartTypes.Codes.Count));
        Assert.Equal(new("fire power supply", "消防电源"), SystemTypes.Of(23));
        Assert.Equal("smoke detector", PartTypes.Of(40).English);
        Assert.Equal(("reserved", "maker's own"), (PartTypes.Of(127).English, PartTypes.Of(128).English));
        Assert.Equal(Enumerable.Range(1, 12), Enumerable.Range(0, 256).Where(type => AnalogTypes.Find((byte)type) is not null));
    }

    [Fact]
    public void Addresses_are_read_as_people_write_them()
    {
        Assert.True(DeviceAddress.TryParse("281474976710655", out var address));
        Assert.Equal((DeviceAddress.MaxValue, "ffffffffffff"), (address.Value, address.Hex));
        foreach (string text in new[] { "281474976710656", "-1", "", "1 ", "0x1", "18446744073709551616" })
            Assert.False(DeviceAddress.TryParse(text, out _));
    }

    // As many lines as a walk of the unit must give.
    private static Action<Gb26875UnitWriter, StringBuilder> Unit(
        int kind, int count, FireSystem system, FirePart part, ushort word, string text, TimeLabel time, (byte Any, byte Wanted) numbers) => (unit, expected) =>
    {
        var (low, high) = ((byte)word, (byte)(word >> 8));
        Gb26875UnitType type = kind switch
        {
            0 => Gb26875UnitType.SystemState, 1 or 2 => Gb26875UnitType.PartState, 3 => Gb26875UnitType.PartAnalog, 4 => Gb26875UnitType.SystemOperation,
            5 => Gb26875UnitType.SystemVersion, 6 => Gb26875UnitType.SystemConfiguration, 7 => Gb26875UnitType.PartConfiguration, 8 => Gb26875UnitType.SystemClock,
            9 => Gb26875UnitType.DeviceState, 10 => Gb26875UnitType.DeviceOperation, 11 => Gb26875UnitType.DeviceVersion, 12 => Gb26875UnitType.DeviceConfiguration,
            13 => Gb26875UnitType.DeviceClock, 14 => Gb26875UnitType.SetDeviceClock, 15 => Gb26875UnitType.ReadSystemState, 16 => Gb26875UnitType.ReadSystemClock,
            17 => Gb26875UnitType.ReadPartState, 18 => Gb26875UnitType.ReadPartAnalog, 19 => Gb26875UnitType.ReadPartConfiguration,
            20 => Gb26875UnitType.ReadSystemOperations, 21 => Gb26875UnitType.ReadDeviceOperations, 22 => Gb26875UnitType.ReadDeviceState,
            23 => Gb26875UnitType.ReadDeviceConfiguration, 24 => Gb26875UnitType.InitialiseDevice, 25 => Gb26875UnitType.RollCall, _ => (Gb26875UnitType)200,
        };
        unit.Begin(type);
        var form = UnitTypeForm.Of(type);
        count = form.IsStandard ? Math.Min(count, form.MaxCount) : count;
        expected.Append($"{type} {count}\n");
        for (int i = 0; i < count; i++)
        {
            string line = kind switch
            {
                0 => Said(unit.AddSystemState(system, word, time), $"{system} {word} {time}"),
                1 => Said(unit.AddPartState(part, word, text, time), $"{part} {word} '{text}' {time}"),
                2 => Said(unit.AddCompactPartState(part, word, time), $"{part} {word} '' {time}"),
                3 => Said(unit.AddAnalog(part, numbers.Any, (short)word, time), $"{part} {numbers.Any} {(short)word} {time}"),
                4 => Said(unit.AddSystemOperation(system, low, high, time), $"{system} {low} {high} {time}"),
                5 => Said(unit.AddSystemVersion(system, low, high), $"{system} {low} {high}"),
                6 => Said(unit.AddSystemConfiguration(system, text), $"{system} '{text}'"),
                7 => Said(unit.AddPartConfiguration(part, text), $"{part} '{text}'"),
                8 => Said(unit.AddSystemClock(system, time), $"{system} {time}"),
                9 => Said(unit.AddDeviceState(low, time), $"{low} {time}"),
                10 => Said(unit.AddDeviceOperation(low, high, time), $"{low} {high} {time}"),
                11 => Said(unit.AddDeviceVersion(low, high), $"{low} {high}"),
                12 => Said(unit.AddDeviceConfiguration(text), $"'{text}'"),
                13 or 14 => Said(unit.AddDeviceClock(time), $"{time}"),
                15 or 16 => Said(unit.AddSystemQuery(system), $"{system}"),
                17 or 18 or 19 => Said(unit.AddPartQuery(system, part.Address), $"{new FirePart(system, 0, part.Address)}"),
                20 => Said(unit.AddSystemOperationQuery(system, numbers.Wanted, time), $"{system} {numbers.Wanted} {time}"),
                21 => Said(unit.AddDeviceOperationQuery(numbers.Wanted, time), $"{numbers.Wanted} {time}"),
                22 or 23 or 24 => Said(unit.AddDeviceQuery(), "00"),
                25 => Said(unit.AddRollCall(low), $"{low}"),
                _ => Said(unit.AddVendorObject([low, high]), ""),
            };
            if (form.IsStandard)
                expected.Append(line).Append('\n');
        }
    };

    private static string Said(Gb26875UnitWriter writer, string text) => writer.Count > 0 ? text : throw new ArgumentException("nothing was written");

    private static string Describe(Gb26875Unit unit)
    {
        var lines = new StringBuilder($"{unit.Type} {unit.Count}\n");
        foreach (var item in unit)
        {
            lines.Append(item.Type switch
            {
                Gb26875UnitType.SystemState => $"{item.System} {item.State} {item.Time}",
                Gb26875UnitType.PartState => $"{item.Part} {item.State} '{Text(item.Text)}' {item.Time}",
                Gb26875UnitType.PartAnalog => $"{item.Part} {item.AnalogType} {item.RawValue} {item.Time}",
                Gb26875UnitType.SystemOperation => $"{item.System} {item.Operation} {item.Operator} {item.Time}",
                Gb26875UnitType.SystemVersion => $"{item.System} {item.Major} {item.Minor}",
                Gb26875UnitType.SystemConfiguration => $"{item.System} '{Text(item.Text)}'",
                Gb26875UnitType.PartConfiguration => $"{item.Part} '{Text(item.Text)}'",
                Gb26875UnitType.SystemClock => $"{item.System} {item.Time}",
                Gb26875UnitType.DeviceState => $"{item.State} {item.Time}",
                Gb26875UnitType.DeviceOperation => $"{item.Operation} {item.Operator} {item.Time}",
                Gb26875UnitType.DeviceVersion => $"{item.Major} {item.Minor}",
                Gb26875UnitType.DeviceConfiguration => $"'{Text(item.Text)}'",
                Gb26875UnitType.DeviceClock or Gb26875UnitType.SetDeviceClock => $"{item.Time}",
                Gb26875UnitType.ReadPartState or Gb26875UnitType.ReadPartAnalog or Gb26875UnitType.ReadPartConfiguration => $"{item.Part}",
                Gb26875UnitType.ReadSystemOperations => $"{item.System} {item.Wanted} {item.Time}",
                Gb26875UnitType.ReadDeviceOperations => $"{item.Wanted} {item.Time}",
                Gb26875UnitType.RollCall => $"{item.Minutes}",
                >= Gb26875UnitType.ReadDeviceState => Convert.ToHexString(item.Bytes),
                _ => $"{item.System}",
            }).Append('\n');
        }
        return lines.ToString();
    }

    private static string Text(ReadOnlySpan<byte> raw)
    {
        byte[] utf8 = new byte[Gb18030Text.MaxUtf8Bytes(raw.Length)];
        int length = Gb18030Text.ToUtf8(raw, utf8, out bool isClean);
        Assert.True(isClean);
        return Encoding.UTF8.GetString(utf8, 0, length);
    }
}
