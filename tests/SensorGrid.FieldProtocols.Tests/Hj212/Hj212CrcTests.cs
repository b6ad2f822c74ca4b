using CsCheck;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212CrcTests
{
    [Fact]
    public void Check_values_of_the_standard_hold()
    {
        Assert.Equal(0xFFFF, Hj212Crc.Compute([]));
        Assert.Equal(0x2F80, Hj212Crc.Compute("123456789"u8));
        Assert.Equal(0x4040, Hj212Crc.Compute([0]));
        Assert.Equal(
            0x1C80, Hj212Crc.Compute("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"u8));
        Assert.Equal(0x4B37, Hj212Crc.ComputeModbus("123456789"u8));
    }

    [Fact]
    public void Many_bytes_at_once_give_what_one_bit_at_a_time_gives() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.Equal(BitByBit(bytes), Hj212Crc.Compute(bytes)), seed: "0000KoJT3F01");

    [Fact]
    public void Whatever_the_length_every_bit_counts()
    {
        var random = new Random(212);
        for (int length = 1; length <= 130; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(BitByBit(bytes), Hj212Crc.Compute(bytes));
            for (int at = 0; at < length; at++)
            {
                bytes[at] ^= 1;
                Assert.Equal(BitByBit(bytes), Hj212Crc.Compute(bytes));
            }
        }
    }

    // The text of the annex, word for word.
    private static ushort BitByBit(byte[] bytes)
    {
        ushort register = 0xFFFF;
        foreach (byte value in bytes)
        {
            register = (ushort)((register >> 8) ^ value);
            for (int i = 0; i < 8; i++)
            {
                int lost = register & 1;
                register >>= 1;
                if (lost == 1)
                    register ^= 0xA001;
            }
        }
        return register;
    }
}
