using CsCheck;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Sm4Tests
{
    private static readonly byte[] Example = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void The_example_of_the_standard_holds()
    {
        byte[] block = new byte[16];
        new Sm4(Example).Encrypt(Example, block);
        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(block));
        new Sm4(Example).Decrypt(block, block);
        Assert.Equal(Example, block);
    }

    [Fact]
    public void A_million_times_over_itself_gives_the_second_example()
    {
        var cipher = new Sm4(Example);
        byte[] block = [.. Example];
        for (int i = 0; i < 1_000_000; i++)
            cipher.Encrypt(block, block);
        Assert.Equal("595298C7C6FD271F0402F804C33D3F66", Convert.ToHexString(block));
    }

    [Fact]
    public void What_is_encrypted_comes_back_and_the_rest_of_a_block_stays_plain() =>
        Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[0, 100]).Sample((key, plain) =>
        {
            var cipher = new Sm4(key);
            byte[] secret = new byte[plain.Length];
            cipher.Encrypt(plain, secret);
            int whole = plain.Length / 16 * 16;
            Assert.Equal(plain[whole..], secret[whole..]);
            cipher.Decrypt(secret, secret);
            Assert.Equal(plain, secret);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void A_key_has_sixteen_bytes(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new Sm4(new byte[length]));
}
