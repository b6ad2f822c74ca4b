using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651AddressTests
{
    [Fact]
    public void The_CRC_is_that_of_Modbus() => Assert.Equal(0x4B37, Crc16.Of("123456789"u8));

    [Fact]
    public void An_address_is_ten_hex_digits_whatever_a_device_puts_into_it()
    {
        Assert.True(Sl651Address.TryParse("00303A9006", out var address));
        Assert.Equal("00303A9006", address.ToString());
        Assert.True(address.IsNational);
        byte[] bytes = new byte[5];
        address.Write(bytes);
        Assert.Equal("00303A9006", Convert.ToHexString(bytes));
        Assert.Equal(address, Sl651Address.Read(bytes));
        Assert.False(Sl651Address.TryParse("00303A900", out _));
        Assert.False(Sl651Address.TryParse("00303A900 ", out _));
    }

    [Fact]
    public void An_address_of_a_county_has_a_number()
    {
        var address = Sl651Address.Of("440882", 60001);
        Assert.Equal("440882EA61", address.ToString());
        Assert.Equal(("440882", 60001, false), (address.County, address.Number, address.IsNational));
    }

    [Theory]
    [InlineData("000005", true)]
    [InlineData("000100", true)]
    [InlineData("310000", true)]
    [InlineData("000000", true)]
    [InlineData("00000F", false)]
    [InlineData("000060", false)]
    [InlineData("002400", false)]
    [InlineData("320000", false)]
    [InlineData("010100", false)]
    public void A_step_is_days_hours_or_minutes(string bcd, bool isStep) =>
        Assert.Equal(isStep, Sl651Step.TryRead(Convert.FromHexString(bcd), out _));
}
