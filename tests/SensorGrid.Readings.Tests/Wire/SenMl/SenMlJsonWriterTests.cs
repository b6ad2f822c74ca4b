using System.Buffers;
using System.Text;
using CsCheck;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

public class SenMlJsonWriterTests
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly SenMlReader reader = new();

    private string Written => Encoding.UTF8.GetString(output.WrittenSpan);

    [Fact]
    public void Writes_records_as_a_person_would()
    {
        var writer = new SenMlJsonWriter(output);
        writer.Begin("st1/"u8, Some.Ticks, secondaryUnits: true);
        writer.WriteNumber("rain"u8, Some.Ticks, 0.2, UnitRegistry.IdOf("mm"));
        writer.WriteBoolean("open"u8, Some.TicksAfter(-1.5), true);
        writer.WriteText("note"u8, Some.TicksAfter(60), Encoding.UTF8.GetBytes("a\"b\\c\n\u4e2d"));
        writer.WriteData("raw"u8, Some.Ticks, "hi \n"u8);
        writer.WritePosition("gps"u8, Some.Ticks, 110.36, 21.27);
        writer.End();
        Assert.Equal(6, writer.Count);
        Assert.Equal(
            """[{"bver":26,"bn":"st1/","bt":1778572800,"n":"rain","t":0,"u":"mm","v":0.2},{"n":"open","t":-1.5,"vb":true},""" +
            """{"n":"note","t":60,"vs":"a\"b\\c\u000a中"},{"n":"raw","t":0,"vd":"aGkgCg"},{"n":"gps","t":0,"u":"lat","v":21.27},{"n":"gps","t":0,"u":"lon","v":110.36}]""",
            Written);
    }

    [Fact]
    public void Writes_times_in_full_without_a_base_and_exponents_small()
    {
        var writer = new SenMlJsonWriter(output);
        writer.Begin();
        writer.WriteNumber("a"u8, Some.TicksAfter(0.0000001), 1e300);
        writer.WriteNumber("a"u8, Some.TicksAfter(0.25), -1.5e-7);
        writer.End();
        Assert.Equal("""[{"n":"a","t":1778572800.0000001,"v":1e+300},{"n":"a","t":1778572800.25,"v":-1.5e-07}]""", Written);
    }

    [Fact]
    public void An_empty_pack_is_an_empty_array()
    {
        var writer = new SenMlJsonWriter(output);
        writer.Begin("st1/"u8);
        writer.End();
        Assert.Equal("[]", Written);
    }

    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcXYZ019-:./_"], 1, 20].Where(name => char.IsAsciiLetterOrDigit(name[0]));
    private static readonly Gen<long> MicrosecondTicks =
        Gen.Long[new DateTime(1979, 1, 1).Ticks / 10, new DateTime(2200, 1, 1).Ticks / 10].Select(microseconds => microseconds * 10);

    private static readonly Gen<ResolvedRecord> Record = Gen.Select(
        Name, MicrosecondTicks, Gen.Int[0, 3], Gen.Double, Gen.String, Gen.Byte.Array[0, 50],
        (name, ticks, kind, number, text, data) => kind switch
        {
            0 => new ResolvedRecord(name, UnitRegistry.NameOf(data.Length > 0 ? (byte)(data[0] % 67) : (byte)0), SenMlValueKind.Number, double.IsFinite(number) ? number : 0, "", null, null, ticks, false),
            1 => new ResolvedRecord(name, "", SenMlValueKind.Boolean, number > 0 ? 1 : 0, "", null, null, ticks, false),
            2 => new ResolvedRecord(name, "", SenMlValueKind.Text, 0, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), null, null, ticks, false),
            _ => new ResolvedRecord(name, "", SenMlValueKind.Data, 0, System.Buffers.Text.Base64Url.EncodeToString(data), null, null, ticks, false),
        });

    [Fact]
    public void Whatever_it_writes_reads_back_exactly() =>
        Gen.Select(Record.Array[0, 12], Gen.Bool, Gen.Bool, MicrosecondTicks).Sample(
            (records, withName, withTime, baseTime) =>
            {
                var buffer = new ArrayBufferWriter<byte>();
                var writer = new SenMlJsonWriter(buffer);
                writer.Begin(withName ? "b1:"u8 : default, withTime ? baseTime : null);
                foreach (var record in records)
                    Write(writer, record);
                writer.End();
                var local = new SenMlReader();
                var error = local.Read(buffer.WrittenSpan, Some.Ticks);
                var expected = records.Select(record => record with { Name = (withName ? "b1:" : "") + record.Name, Number = record.Number + 0.0 });
                Assert.Equal(new ResolvedPack(SenMlError.None, 10, [.. expected]), ResolvedPack.Of(local, error));
            },
            iter: 2000, seed: "0000KoJT3F01");

    private static void Write(SenMlJsonWriter writer, ResolvedRecord record)
    {
        byte[] name = Encoding.UTF8.GetBytes(record.Name);
        switch (record.Kind)
        {
            case SenMlValueKind.Number:
                writer.WriteNumber(name, record.Ticks, record.Number, UnitRegistry.IdOf(record.Unit));
                break;
            case SenMlValueKind.Boolean:
                writer.WriteBoolean(name, record.Ticks, record.Number == 1);
                break;
            case SenMlValueKind.Text:
                writer.WriteText(name, record.Ticks, Encoding.UTF8.GetBytes(record.Text));
                break;
            default:
                writer.WriteData(name, record.Ticks, System.Buffers.Text.Base64Url.DecodeFromChars(record.Text));
                break;
        }
    }

    [Fact]
    public void Ticks_finer_than_a_microsecond_come_back_rounded()
    {
        var writer = new SenMlJsonWriter(output);
        writer.Begin(default, Some.Ticks + 3);
        writer.WriteNumber("a"u8, Some.Ticks + 14, 1);
        writer.WriteNumber("a"u8, Some.Ticks + 15, 1);
        writer.End();
        reader.Read(output.WrittenSpan, Some.Ticks);
        Assert.Equal([Some.Ticks + 10, Some.Ticks + 20], reader.Records.ToArray().Select(record => record.ObservedAtTicks));
    }

    [Fact]
    public void A_warm_writer_allocates_nothing()
    {
        var writer = new SenMlJsonWriter(output);
        Run(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                output.ResetWrittenCount();
                writer.Begin("st1/"u8, Some.Ticks);
                writer.WriteNumber("stage"u8, Some.TicksAfter(i), i / 7.0, UnitRegistry.IdOf("m"u8));
                writer.WriteText("note"u8, Some.Ticks, "a\"b"u8);
                writer.WriteData("raw"u8, Some.Ticks, "abc"u8);
                writer.End();
            }
        }
    }

    [Fact]
    public void Refuses_what_the_reader_would_refuse()
    {
        var writer = new SenMlJsonWriter(output);
        Assert.Throws<InvalidOperationException>(() => writer.WriteNumber("a"u8, Some.Ticks, 1));
        Assert.Throws<InvalidOperationException>(writer.End);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(default, new DateTime(1970, 6, 1).Ticks));
        writer.Begin();
        Assert.Throws<InvalidOperationException>(() => writer.Begin());
        Assert.Throws<ArgumentException>(() => writer.WriteNumber(""u8, Some.Ticks, 1));
        Assert.Throws<ArgumentException>(() => writer.WriteNumber("-a"u8, Some.Ticks, 1));
        Assert.Throws<ArgumentException>(() => writer.WriteNumber("a b"u8, Some.Ticks, 1));
        Assert.Throws<ArgumentException>(() => writer.WriteNumber(new byte[256], Some.Ticks, 1));
        Assert.Throws<ArgumentException>(() => writer.WriteNumber("a"u8, Some.Ticks, 1, UnitRegistry.IdOf("mm")));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteNumber("a"u8, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteNumber("a"u8, Some.Ticks, double.NaN));
        Assert.Throws<ArgumentException>(() => writer.WriteText("a"u8, Some.Ticks, new byte[SenMlLimits.Text + 1]));
        Assert.Throws<ArgumentException>(() => writer.WriteData("a"u8, Some.Ticks, new byte[SenMlLimits.Data + 1]));
    }
}
