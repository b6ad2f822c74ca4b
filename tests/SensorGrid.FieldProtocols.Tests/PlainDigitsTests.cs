using System.Globalization;
using System.Text;

namespace SensorGrid.FieldProtocols.Tests;

public sealed class PlainDigitsTests
{
    [Fact]
    public void Eight_digits_are_a_number_and_any_other_sign_in_any_place_makes_it_none()
    {
        byte[] text = "12345678"u8.ToArray();
        for (int place = 0; place < text.Length; place++)
        {
            byte before = text[place];
            for (int sign = 0; sign <= byte.MaxValue; sign++)
            {
                text[place] = (byte)sign;
                bool isNumber = char.IsAsciiDigit((char)sign);
                Assert.Equal(isNumber, PlainDigits.TryReadEight(text, out int number));
                if (isNumber)
                    Assert.Equal(int.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture), number);
            }
            text[place] = before;
        }
    }

    // Every text of up to eight of these signs, and whatever stands behind it.
    [Fact]
    public void A_short_number_is_what_looking_at_each_sign_finds()
    {
        const string signs = "07.,-";
        var text = new byte[PlainDigits.AtOnce];
        int numbers = 0;
        for (int n = 0; n < (int)Math.Pow(signs.Length, PlainDigits.AtOnce); n++)
        {
            for (int place = 0, rest = n; place < text.Length; place++, rest /= signs.Length)
                text[place] = (byte)signs[rest % signs.Length];
            bool isNumber = TryReadSlowly(text, out uint digits, out int decimals, out int end);
            Assert.Equal(isNumber, PlainDigits.TryReadShort(text, out uint readDigits, out int readDecimals, out int readEnd));
            if (!isNumber)
                continue;
            Assert.Equal((digits, decimals, end), (readDigits, readDecimals, readEnd));
            numbers++;
        }
        Assert.InRange(numbers, 100_000, 390_625);
    }

    [Theory]
    [InlineData("1234567,", 1_234_567u, 0, 7)]
    [InlineData("12.3456;", 123_456u, 4, 7)]
    [InlineData(".125,w01", 125u, 3, 4)]
    [InlineData("5.;w0101", 5u, 0, 2)]
    [InlineData("9\u00B07,w010", 9u, 0, 1)]
    public void Numbers_of_packets_are_read(string text, uint digits, int decimals, int end)
    {
        Assert.True(PlainDigits.TryReadShort(Encoding.Latin1.GetBytes(text), out uint readDigits, out int readDecimals, out int readEnd));
        Assert.Equal((digits, decimals, end), (readDigits, readDecimals, readEnd));
    }

    private static bool TryReadSlowly(byte[] text, out uint digits, out int decimals, out int end)
    {
        (digits, decimals, end) = (0, 0, 0);
        int count = 0;
        bool hasPoint = false;
        for (; end < text.Length; end++)
        {
            if (text[end] == '.' && !hasPoint)
            {
                hasPoint = true;
                continue;
            }
            if (!char.IsAsciiDigit((char)text[end]))
                break;
            digits = digits * 10 + text[end] - '0';
            count++;
            decimals += hasPoint ? 1 : 0;
        }
        return count > 0 && end < text.Length;
    }
}
