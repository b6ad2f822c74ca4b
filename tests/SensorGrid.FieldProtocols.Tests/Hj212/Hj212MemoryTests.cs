using CsCheck;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>A reader follows the keys of packets that came before, and reads plain numbers on the way. That is faster and nothing else.</summary>
public sealed class Hj212MemoryTests
{
    private static readonly Gen<string> Key = Gen.OneOf(
        "w01018-Min", "w01018-Avg", "w01018-Max", "w01018-Cou", "w01018-Flag", "w21003-Avg", "w21003-Flag", "w21003-SampleTime", "a34004-Rtd", "LA-Rtd-Rtd", "DataTime", "Flag", "x-Info", "PolId", "QnRtn");

    private static readonly Gen<string> OddKey = Gen.OneOf("", " w01018-Avg", "w01018-Avg ", "w01018", "w01018-Av", "w01018-Avgs", "温度-Rtd");

    private static readonly Gen<string> Value = Gen.OneOf("0", "1.5", "-2.25", "12.125", "007", "31", ".5", "5.", "-0", "N", "D", "T", "123456789012345", "0.000000000000001");

    private static readonly Gen<string> OddValue = Gen.OneOf(
        "", " ", " 1", "1 ", "+1", "--1", "-", ".", "1.2.3", "1e3", "1234567890123456", "0000000000000000001", "NN", "n", "//a,b;c//", "//1", "1=2", "20240601120000", "20240601120000123", "2024", "on");

    private static readonly Gen<string> Pair =
        from key in Mostly(Key, OddKey)
        from value in Mostly(Value, OddValue)
        from end in Gen.OneOf(",", ",", ",", ";", ";", ";;", ",;", " ;")
        select $"{key}={value}{end}";

    private static readonly Gen<string> Area =
        from pairs in Pair.Array[1, 12]
        from cut in Gen.Int[0, 1]
        let text = string.Concat(pairs)
        select cut == 0 ? text : text.TrimEnd(';', ',', ' ');

    [Fact]
    public void What_came_before_changes_nothing() =>
        Gen.Select(Area, Area, Gen.OneOf("2011", "2051", "2061")).Sample((before, area, command) =>
        {
            var (remembers, remembersNothing) = (new Hj212FrameReader(), new Hj212FrameReader(maxKeys: 0, maxStations: 0));
            var (into, again) = (new FieldFrame(), new FieldFrame());
            byte[] packet = Hj212Text.Upload(int.Parse(command, System.Globalization.CultureInfo.InvariantCulture), area);
            // Its own keys follow one another when it comes again, and the ones of the other packet may lead astray.
            remembers.Read(packet, Some.Ticks, into);
            remembers.Read(Hj212Text.Upload(2051, before), Some.Ticks, into);
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(remembersNothing.Read(packet, Some.Ticks, again), remembers.Read(packet, Some.Ticks, into));
                Assert.Equal(Hj212FuzzTests.Describe(again), Hj212FuzzTests.Describe(into));
            }
        }, iter: 20_000);

    private static Gen<string> Mostly(Gen<string> plain, Gen<string> odd) => Gen.Frequency((8, plain), (1, odd));
}
