using System.Formats.Cbor;
using System.Text;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>Packs in CBOR: the same as in JSON, whatever way the encoding takes; damage is refused and never more than that.</summary>
public sealed class SenMlCborTests
{
    private readonly SenMlReader reader = new();

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_pack_means_the_same_in_both_encodings(int seed)
    {
        var random = new Random(seed);
        int compared = 0, read = 0;
        for (int i = 0; i < 8_000; i++)
        {
            string json = RandomPack.Make(random);
            var expected = ResolvedPack.Of(reader, reader.Read(Encoding.UTF8.GetBytes(json), Some.Ticks));
            if (expected.Error is SenMlError.Json or SenMlError.Base64 || CborPack.Of(json, random) is not { } cbor)
                continue;
            var actual = ResolvedPack.Of(reader, reader.Read(cbor, Some.Ticks));
            Assert.True(actual.Equals(expected), $"seed {seed}, pack {i}\n{json}\n{Convert.ToHexString(cbor)}\nexpected {expected}\nactual {actual}");
            compared++;
            read += actual.Error == SenMlError.None ? 1 : 0;
        }
        Assert.InRange(compared, 3_000, 8_000);
        Assert.InRange(read, 1_000, compared - 500);
    }

    [Theory, InlineData(11), InlineData(12)]
    public void Damage_is_refused_or_read_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 30_000; i++)
        {
            byte[] pack = random.Next(3) == 0 && CborPack.Of(RandomPack.Make(random), random) is { } made
                ? made
                : SenMlVector.All.Where(vector => vector.Encoding == "cbor-hex").ElementAt(random.Next(12)).Bytes;
            for (int wounds = random.Next(1, 4); wounds > 0 && pack.Length > 1; wounds--)
            {
                int at = random.Next(1, pack.Length);
                pack = random.Next(4) switch
                {
                    0 => pack[..at],
                    1 => [.. pack[..at], (byte)random.Next(256), .. pack[at..]],
                    2 => [.. pack[..at], .. pack[(at + 1)..]],
                    _ => [.. pack[..at], (byte)random.Next(256), .. pack[(at + 1)..]],
                };
            }
            var error = reader.Read(pack, Some.Ticks);
            if (error == SenMlError.None)
            {
                // What somebody else's reader calls damaged must not be read.
                var oracle = new CborReader(pack, CborConformanceMode.Lax);
                oracle.SkipValue();
                Assert.True(oracle.BytesRemaining == 0, $"seed {seed}, pack {i}: {Convert.ToHexString(pack)}");
            }
            else
            {
                refused++;
                Assert.Equal(0, reader.Records.Length);
                Assert.InRange(reader.ErrorPosition, 0, pack.Length);
            }
        }
        Assert.InRange(refused, 10_000, 30_000);
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        foreach (var vector in SenMlVector.All.Where(vector => vector.Encoding == "cbor-hex" && vector.Error is null && vector.Input.Length > 2))
        {
            for (int length = 1; length < vector.Bytes.Length; length++)
                Assert.Equal(SenMlError.Cbor, reader.Read(vector.Bytes.AsSpan(0, length), Some.Ticks));
        }
    }

    [Theory]
    // Times in doubles: a microsecond today, a tick when near.
    [InlineData("81A3006161020106FB41D303A15B001062", 1276020076.001)]
    [InlineData("81A300616102 01 06FB41D303A15B00C49C", 1276020076.012)]
    public void A_time_in_a_double_is_kept_to_the_microsecond(string hex, double seconds)
    {
        Assert.Equal(SenMlError.None, reader.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), Some.Ticks));
        Assert.Equal(DateTime.UnixEpoch.Ticks + (long)Math.Round(seconds * 1e6) * 10, reader.Records[0].ObservedAtTicks);
    }

    [Theory]
    [InlineData("81A2006161 02 F97E00", SenMlError.NumberRange)] // NaN
    [InlineData("81A2006161 02 FA7F800000", SenMlError.NumberRange)] // infinity
    [InlineData("81A2006161 02 C24101", SenMlError.Type)] // bignum
    [InlineData("81A2006161 02 C48200C24101", SenMlError.NumberRange)] // decimal fraction of a bignum
    [InlineData("81A2006161 02 C4820001", SenMlError.None)]
    [InlineData("81A2006161 02 C481390190 01", SenMlError.Type)] // an exponent alone
    [InlineData("81A2006161 02 C482190191 01", SenMlError.NumberRange)] // 10^401
    [InlineData("81A2006161 02 3BFFFFFFFFFFFFFFFF", SenMlError.NumberRange)]
    [InlineData("81A2006161 04 F6", SenMlError.Type)] // null for a boolean
    [InlineData("81A3006161 0201 616102", SenMlError.None)] // an extension
    [InlineData("81A3006161 0201 626E5F02", SenMlError.MustUnderstand)]
    [InlineData("81A3006161 0201 1863F6", SenMlError.None)] // another number for a label
    [InlineData("81A4006161 0201 1863F6 1863F6", SenMlError.DuplicateKey)]
    [InlineData("81A3006161 0201 0202", SenMlError.DuplicateKey)]
    [InlineData("81A3006161 0201 4161F6", SenMlError.Type)] // bytes for a label
    [InlineData("81A2006161 02 1C", SenMlError.Cbor)] // reserved
    [InlineData("81A2006161 02 F818", SenMlError.Cbor)] // two ways to say one simple value
    [InlineData("81A20061FF 0201", SenMlError.Cbor)] // not UTF-8
    [InlineData("8101", SenMlError.Type)]
    [InlineData("80 00", SenMlError.Cbor)] // more after the end
    [InlineData("9F", SenMlError.Cbor)]
    [InlineData("9BFFFFFFFFFFFFFFFF", SenMlError.Cbor)]
    [InlineData("81BBFFFFFFFFFFFFFFFF", SenMlError.Cbor)]
    [InlineData("81A3006161 0201 6178 818181818181818101", SenMlError.TooDeep)]
    [InlineData("81A3006161 0201 6178 5BFFFFFFFFFFFFFFFF", SenMlError.Cbor)]
    public void Each_way_to_be_wrong_has_its_word(string hex, SenMlError error) =>
        Assert.Equal(error, reader.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), Some.Ticks));

    [Fact]
    public void The_limits_are_those_of_json()
    {
        Assert.Equal(SenMlError.TooManyRecords, reader.Read([0x99, 0x03, 0xE9, .. Enumerable.Repeat<byte[]>([0xA2, 0x00, 0x61, 0x61, 0x02, 0x01], 1001).SelectMany(record => record)], Some.Ticks));
        byte[] labels = [.. Enumerable.Range(0, 65).SelectMany(i => (byte[])[0x19, 1, (byte)i, 1])];
        Assert.Equal(SenMlError.TooManyFields, reader.Read([0x81, 0xB8, 65, .. labels], Some.Ticks));
        Assert.Equal(SenMlError.NameTooLong, reader.Read([0x81, 0xA2, 0x00, 0x79, 1, 0, .. Enumerable.Repeat((byte)'a', 256), 0x02, 0x01], Some.Ticks));
        Assert.Equal(SenMlError.DataTooLong, reader.Read([0x81, 0xA2, 0x00, 0x61, 0x61, 0x08, 0x59, 0x40, 0x01, .. new byte[16385]], Some.Ticks));
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        byte[] pack = SenMlVector.Named("multiple measurements CBOR with half floats and no name").Bytes;
        for (int i = 0; i < 1000; i++)
            reader.Read(pack, Some.Ticks);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            reader.Read(pack, Some.Ticks);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
