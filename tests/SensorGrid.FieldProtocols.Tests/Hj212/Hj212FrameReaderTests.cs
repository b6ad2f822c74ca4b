using System.Text;
using CsCheck;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212FrameReaderTests
{
    private static readonly long Received = Hj212Text.Beijing("2024-06-01 12:00:05");
    private readonly Hj212FrameReader reader = new();
    private readonly FieldFrame frame = new();

    [Fact]
    public void A_packet_says_who_sent_what_and_when()
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;w01018-Rtd=33.5,w01018-Flag=N"));
        Assert.Equal("ST-1", frame.Station);
        Assert.Equal("2011", frame.Function);
        Assert.Equal(20240601120000123, frame.Serial);
        Assert.Equal(Hj212Text.Beijing("2024-06-01 12:00:00.123"), frame.SentAtTicks);
        var reading = Assert.Single(frame.Readings.ToArray());
        Assert.Equal("w01018-Rtd", reading.Element.Name);
        Assert.Equal("chemical oxygen demand", reading.Element.Quantity);
        Assert.Equal("kg/m3", reading.Element.Unit);
        Assert.Equal("mg/L", reading.Element.StandardUnit);
        Assert.Equal(0.0335, reading.Value);
        Assert.Equal(Hj212Text.Beijing("2024-06-01 11:59:00"), reading.ObservedAtTicks);
        Assert.Equal(Quality.Good, reading.Quality);
        Assert.True(reading.Element.IsKnown);
        Assert.Equal(0, frame.ProblemCount);
    }

    [Theory]
    [InlineData("w00000-Rtd=3.41", "l/s", 3.41)]
    [InlineData("w00000-Cou=12.5", "m3", 12.5)]
    [InlineData("w01018-Cou=12.5", "kg", 12.5)]
    [InlineData("w20111-Rtd=0.1", "kg/m3", 1e-7)]
    [InlineData("w20111-Cou=0.1", "", 0.1)]
    [InlineData("w20089-Rtd=3", "kg/m3", 3e-9)]
    [InlineData("w01014-Rtd=512.3", "S/m", 0.05123)]
    [InlineData("a21026-Rtd=106.4", "ug/m3", 106400)]
    [InlineData("a20044-Rtd=250", "ug/m3", 0.25)]
    [InlineData("a34004-Rtd=75", "", 75)]
    [InlineData("a01006-Rtd=101.65", "Pa", 101650)]
    [InlineData("a01012-Rtd=-3.25", "Cel", -3.25)]
    [InlineData("a01014-Rtd=8.1", "%RH", 8.1)]
    [InlineData("a19001-Rtd=20.9", "/100", 20.9)]
    [InlineData("a01008-Rtd=120", "deg", 120)]
    [InlineData("011-Rtd=60.1", "kg/m3", 0.0601)]
    [InlineData("B02-Rtd=19278", "m3/s", 19278)]
    [InlineData("S08-Rtd=-1.857", "Pa", -1857)]
    [InlineData("LA-Rtd=50.1", "dB", 50.1)]
    [InlineData("Leq-DayData=51", "dB", 51)]
    [InlineData("SB1-RS=1", "", 1)]
    [InlineData("SB12-RT=23.5", "h", 23.5)]
    [InlineData("e10201-Rtd=230", "kg/m3", 0.23)]
    [InlineData("i12001-Info=3", "", 3)]
    [InlineData("i13004-Info=175", "Cel", 175)]
    [InlineData("a24105-Rtd=0.012", "ug/m3", 12)]
    public void Values_come_in_registered_units(string pair, string unit, double value)
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;" + pair));
        var reading = Assert.Single(frame.Readings.ToArray());
        Assert.Equal(unit, reading.Element.Unit);
        Assert.Equal(value, reading.Value);
        Assert.True(reading.Element.IsKnown);
        Assert.Equal(pair[..pair.IndexOf('=', StringComparison.Ordinal)], reading.Element.Name);
        Assert.NotEqual(Readings.Units.UnitRegistry.Unknown, reading.Element.UnitId);
    }

    [Theory]
    [InlineData(2011, "w01018-Rtd", "w01018-Rtd")]
    [InlineData(2051, "w01018-Avg", "minute/w01018-Avg")]
    [InlineData(2061, "w01018-Avg", "hour/w01018-Avg")]
    [InlineData(2031, "w01018-Avg", "day/w01018-Avg")]
    [InlineData(2062, "w01018-SampleRd", "cn2062/w01018-SampleRd")]
    [InlineData(2072, "011-Ala", "alarm/011-Ala")]
    [InlineData(3020, "i12001-Info", "i12001-Info")]
    [InlineData(2011, "zz 9/水-Rtd", "zz_209/_e6_b0_b4-Rtd")]
    [InlineData(2011, "-x", "x_2dx")]
    [InlineData(2011, "FANSTATUS", "FANSTATUS")]
    [InlineData(2011, "A34001-RTD", "a34001-Rtd")]
    [InlineData(2011, "LEQ-RTD", "Leq-Rtd")]
    [InlineData(2011, "LA-td", "LA-Rtd")]
    [InlineData(2011, "LA-Rtd-Rtd", "LA-Rtd")]
    [InlineData(2011, "f21011-Ua", "f21011-Ua")]
    public void Names_are_made_of_the_key_and_the_period(int command, string key, string name)
    {
        Read(Hj212Text.Upload(command, $"DataTime=20240601115900;{key}=1"));
        Assert.Equal(name, Assert.Single(frame.Readings.ToArray()).Element.Name);
    }

    [Theory]
    [InlineData("w01018-Rtd=1,w01018-Flag=N", Quality.Good)]
    [InlineData("w01018-Flag=D,w01018-Rtd=1", Quality.Bad)]
    [InlineData("w01018-Rtd=1;w01018-Flag=D", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=F", Quality.Suspect)]
    [InlineData("w01018-Rtd=1,w01018-Flag=S", Quality.Estimated)]
    [InlineData("w01018-Rtd=1,w01018-Flag=m", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=C", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=T", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=B", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=P", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=3", Quality.Good)]
    [InlineData("w01018-Rtd=1,w01018-Flag=0", Quality.Bad)]
    [InlineData("w01018-Rtd=1,w01018-Flag=", Quality.Good)]
    [InlineData("w01018-Rtd=1", Quality.Good)]
    [InlineData("w01018-Rtd=1;Flag=D", Quality.Bad)]
    [InlineData("Flag=D;w01018-Rtd=1,w01018-Flag=N", Quality.Good)]
    [InlineData("w01018-Rtd=,w01018-Flag=N", Quality.Missing)]
    [InlineData("w21003-Rtd=,w21003-Flag=D;w01018-Rtd=1", Quality.Good)]
    public void Marks_become_qualities(string items, Quality quality)
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;" + items));
        Assert.Equal(quality, frame.Readings[^1].Quality);
        Assert.Equal(0, frame.ProblemCount);
    }

    [Fact]
    public void A_factor_that_comes_twice_keeps_both_values_and_their_marks()
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;w00000-Rtd=1,w00000-Flag=D;w00000-Rtd=2,w00000-Flag=N"));
        Assert.Equal([(1, Quality.Bad), (2, Quality.Good)], frame.Readings.ToArray().Select(reading => ((int)reading.Value, reading.Quality)));
    }

    [Fact]
    public void An_instruments_own_sampling_time_counts_for_its_values()
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;w01018-SampleTime=20240601100000,w01018-Rtd=1;w21003-Rtd=2,w21003-SampleTime=20240601101500;w01001-Rtd=7"));
        Assert.Equal(
            [Hj212Text.Beijing("2024-06-01 10:00"), Hj212Text.Beijing("2024-06-01 10:15"), Hj212Text.Beijing("2024-06-01 11:59")],
            frame.Readings.ToArray().Select(reading => reading.ObservedAtTicks));
    }

    [Theory]
    [InlineData("DataTime=20240231000000;w01018-Rtd=1", true)]
    [InlineData("DataTime=;w01018-Rtd=1", true)]
    [InlineData("w01018-Rtd=1", true)]
    [InlineData("w01018-Rtd=1;DataTime=20240601115900", false)]
    [InlineData("DATATIME=20240601115900CST;w01018-Rtd=1", false)]
    public void Without_a_usable_time_the_arrival_stands_in_and_is_marked(string area, bool isBad)
    {
        Read(Hj212Text.Upload(2011, area));
        var reading = Assert.Single(frame.Readings.ToArray());
        Assert.Equal(isBad ? Received : Hj212Text.Beijing("2024-06-01 11:59"), reading.ObservedAtTicks);
        Assert.Equal(isBad ? Quality.Suspect : Quality.Good, reading.Quality);
        Assert.Equal(isBad ? [Hj212Faults.BadTime] : [], frame.Problems.ToArray().Select(problem => problem.Code));
    }

    [Fact]
    public void Bad_items_are_listed_with_their_place_and_cost_no_good_one()
    {
        byte[] packet = Hj212Text.Upload(2011, "DataTime=20240601115900;w01018-Rtd=1;w21003-Rtd=1.2.3;rubbish;=5;w01001-Rtd=7,w01001-Flag=Q;;,w21011-Rtd=0x10");
        Read(packet);
        Assert.Equal(["w01018-Rtd", "w01001-Rtd"], frame.Readings.ToArray().Select(reading => reading.Element.Name));
        Assert.Equal(Quality.Suspect, frame.Readings[1].Quality);
        string text = Encoding.UTF8.GetString(packet);
        Assert.Equal(
            [(Hj212Faults.BadNumber, "w21003"), (Hj212Faults.BadItem, "rubbis"), (Hj212Faults.BadItem, "=5;w01"), (Hj212Faults.UnknownMark, "w01001"), (Hj212Faults.BadNumber, "w21011")],
            frame.Problems.ToArray().Select(problem => (problem.Code, text.Substring(problem.Offset, 6))));
    }

    [Fact]
    public void Logs_keep_their_semicolons_and_commas()
    {
        Read(Hj212Text.Upload(3020, "DataTime=20240601115900;PolId=w01018,i11001-Info=//清洗管路; a=b, c&&d//;i12001-Info=1"));
        Assert.Equal("清洗管路; a=b, c&&d", frame.GetText(frame.Readings[0]));
        Assert.Equal(ReadingKind.Text, frame.Readings[0].Kind);
        Assert.Equal(["i11001-Info", "i12001-Info"], frame.Readings.ToArray().Select(reading => reading.Element.Name));
        Assert.Equal(0, frame.ProblemCount);
    }

    [Fact]
    public void Words_of_makers_are_kept_as_texts()
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;w01018-EFlag=A01;STATE=running;x-Foo=on"));
        Assert.Equal(["A01", "running", "on"], frame.Readings.ToArray().Select(reading => frame.GetText(reading)));
        Assert.Equal([true, false, false], frame.Readings.ToArray().Select(reading => reading.Element.IsKnown));
    }

    [Fact]
    public void What_an_exchange_is_about_is_no_reading()
    {
        Read(Hj212Text.Upload(1072, "NewPW=654321;PW=1;PolId=w01018;SystemTime=20240601115900;QnRtn=1;ExeRtn=1;BeginTime=20240601115900,EndTime=20240601115900"));
        Assert.Equal(0, frame.ReadingCount);
        Assert.Equal(0, frame.ProblemCount);
        Read(Hj212Text.Upload(1061, "RtdInterval=30"));
        Assert.Equal(("RtdInterval", 30, "s"), (frame.Readings[0].Element.Name, frame.Readings[0].Value, frame.Readings[0].Element.Unit));
    }

    [Fact]
    public void Packets_one_behind_the_other_are_one_report()
    {
        byte[] first = Hj212Text.Upload(2051, "DataTime=20240601115900;w01018-Avg=1");
        byte[] second = Hj212Text.Upload(2051, "w21003-Avg=2");
        Read([.. first, .. "\r\n"u8, .. second, .. "\r\n"u8]);
        Assert.Equal(["minute/w01018-Avg", "minute/w21003-Avg"], frame.Readings.ToArray().Select(reading => reading.Element.Name));
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal(Hj212Text.Beijing("2024-06-01 11:59"), reading.ObservedAtTicks));
        Assert.Equal(0, frame.ProblemCount);
    }

    [Fact]
    public void A_packet_without_a_station_is_read_and_said_to_have_none()
    {
        Read(Hj212Text.Upload(2011, "DataTime=20240601115900;01-Rtd=3", "QN=20240601120000123;ST=31;CN={0}"));
        Assert.Equal("", frame.Station);
        Assert.Equal(1, frame.ReadingCount);
        Assert.Equal(Hj212Faults.NoStation, frame.Problems[0].Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("##")]
    [InlineData("hello")]
    [InlineData("##0005CP=&&FFFF")]
    [InlineData("##0008CP=&&&&&&0000")]
    public void What_is_no_packet_is_refused_with_its_kind(string text)
    {
        var fault = reader.Read(Encoding.UTF8.GetBytes(text), Received, frame);
        Assert.NotNull(fault.Code);
        Assert.Equal(0, frame.ReadingCount);
    }

    [Fact]
    public void Cipher_text_without_its_key_is_not_read_as_rubbish()
    {
        byte[] packet = Hj212Vector.All.Single(vector => vector.IsEncrypted).Frame;
        Assert.Equal(default, reader.Read(packet, Received, frame));
        Assert.Equal(Hj212Faults.NotDecrypted, Assert.Single(frame.Problems.ToArray()).Code);
        Assert.Equal(0, frame.ReadingCount);
    }

    [Theory]
    [InlineData("12345678901234567890.5", 0)]
    [InlineData("0.1", -3)]
    [InlineData("-0.07", 3)]
    [InlineData("1.5E-3", -3)]
    [InlineData("123456789012345678", -9)]
    [InlineData("0.000000000000000000000012345", -9)]
    public void Scaling_rounds_once(string text, int shift)
    {
        Assert.True(Hj212Number.TryParse(Encoding.UTF8.GetBytes(text), shift, out double value));
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        string exact = exponent < 0 ? $"{text}E{shift}" : $"{text[..exponent]}E{int.Parse(text[(exponent + 1)..], System.Globalization.CultureInfo.InvariantCulture) + shift}";
        Assert.Equal(double.Parse(exact, System.Globalization.CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("--1")]
    [InlineData("1 2")]
    [InlineData("0x1")]
    public void What_is_no_number_is_none(string text) => Assert.False(Hj212Number.TryParse(Encoding.UTF8.GetBytes(text), -3, out _));

    [Fact]
    public void Decimals_of_any_length_are_the_nearest_double() =>
        Gen.Select(Gen.Long[-999_999_999_999, 999_999_999_999], Gen.Int[0, 12], Gen.Int[-9, 3]).Sample(
            (digits, decimals, shift) =>
            {
                string text = ((decimal)digits / (decimal)Math.Pow(10, decimals)).ToString(System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(Hj212Number.TryParse(Encoding.UTF8.GetBytes(text), shift, out double value));
                Assert.Equal(double.Parse($"{text}E{shift}", System.Globalization.CultureInfo.InvariantCulture), value);
            }, seed: "0000KoJT3F01");

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        byte[][] packets = [.. Hj212Vector.Good.Where(vector => !vector.IsEncrypted).Select(vector => vector.Frame)];
        var encrypted = Hj212Vector.All.Single(vector => vector.IsEncrypted);
        var withKey = Hj212VectorTests.ReaderFor(encrypted);
        var scanner = Hj212VectorTests.ScannerFor(encrypted);
        ReadAll();
        ReadAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            ReadAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ReadAll()
        {
            foreach (byte[] packet in packets)
            {
                scanner.Scan(packet, isFinal: false);
                reader.Read(packet, Received, frame);
            }
            scanner.Scan(encrypted.Frame, isFinal: false);
            withKey.Read(encrypted.Frame, Received, frame);
        }
    }

    [Fact]
    public void Names_past_the_bound_are_read_all_the_same_and_counted()
    {
        var small = new Hj212FrameReader(maxKeys: 10, maxStations: 3);
        for (int i = 0; i < 100; i++)
        {
            byte[] packet = Hj212Text.Upload(2011, $"DataTime=20240601115900;x{i}-Rtd={i}", $"QN=20240601120000123;ST=32;CN={{0}};PW=1;MN=M{i};Flag=5");
            Assert.Equal(default, small.Read(packet, Received, frame));
            Assert.Equal(($"M{i}", $"x{i}-Rtd", i), (frame.Station, frame.Readings[0].Element.Name, frame.Readings[0].Value));
        }
        // Ten keys hold DataTime and nine others; three texts hold the command and two stations.
        Assert.Equal(91 + 98, small.NamesNotRemembered);
    }

    private void Read(byte[] packet) => Assert.Equal(default, reader.Read(packet, Received, frame));
}
