using System.Globalization;
using System.Text;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Tests.Recordings;

/// <summary>Numbers and times read by hand, against the runtime's parsers.</summary>
public sealed class CellReadingTests
{
    private const int Seed = 20251125;

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("-.5")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("1e5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("999999999999999")]
    [InlineData("9999999999999999")]
    [InlineData("0.999999999999999")]
    [InlineData("0.0000000000000001")]
    [InlineData("0.1234567890123456789")]
    [InlineData("４２")]
    [InlineData("")]
    public void A_number_is_what_the_runtime_reads(string text) => AssertNumber(text);

    [Fact]
    public void Numbers_of_any_shape_are_what_the_runtime_reads()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 200_000; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(1, 20); length > 0; length--)
                text.Append("0123456789012345678901234567890123456789.-e "[random.Next(44)]);
            AssertNumber(text.ToString());
            AssertNumber(Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 9)), random.Next(0, 8)).ToString(CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("yyyy-MM-ddTHH:mm", true)]
    [InlineData("yyyy-MM-dd HH:mm:ss", true)]
    [InlineData("dd/MM/yyyy HH:mm", true)]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fff", true)]
    [InlineData("yyyyMMdd_HHmm", true)]
    [InlineData("yyyy-MM-dd", true)]
    [InlineData("MM/dd/yyyy HH:mm:ss.fffffff", true)]
    [InlineData("yyyy-MM-dd H:mm", false)]
    [InlineData("d/M/yyyy HH:mm", false)]
    [InlineData("yyyy-MM-ddTHH:mmK", false)]
    [InlineData("yyyy-MM-dd hh:mm tt", false)]
    [InlineData("yy-MM-dd HH:mm", false)]
    [InlineData("yyyy-MMM-dd", false)]
    [InlineData("yyyy-MM-dd'T'HH:mm", false)]
    public void A_time_is_what_the_runtime_reads(string format, bool isByHand)
    {
        Assert.Equal(isByHand, TimeShape.Of(format) is not null);
        var time = new CellTime(new("at", [format], TimeSpan.FromHours(8), TimeSpan.Zero));
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks)).ToString(format, CultureInfo.InvariantCulture).ToCharArray();
            // Most stay as they are; in the others one character is another.
            if (i % 3 == 0)
                text[random.Next(text.Length)] = "0123456789-/:T. x"[random.Next(17)];
            string cell = new(text);
            bool isTime = DateTime.TryParseExact(cell, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var expected);
            Assert.True(isTime == time.TryRead(Encoding.UTF8.GetBytes(cell), out long ticks), cell);
            if (isTime)
                Assert.Equal(expected.Ticks - TimeSpan.FromHours(8).Ticks, ticks);
        }
    }

    [Fact]
    public void The_first_format_that_fits_counts()
    {
        var time = new CellTime(new("at", ["dd/MM/yyyy", "MM/dd/yyyy"], TimeSpan.Zero, TimeSpan.Zero));
        Assert.True(time.TryRead("02/01/2026"u8, out long first));
        Assert.True(time.TryRead("01/13/2026"u8, out long second));
        Assert.False(time.TryRead("13/13/2026"u8, out _));
        Assert.Equal((new DateTime(2026, 1, 2).Ticks, new DateTime(2026, 1, 13).Ticks), (first, second));
    }

    private static void AssertNumber(string text)
    {
        byte[] cell = Encoding.UTF8.GetBytes(text);
        bool isDouble = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double expected) && double.IsFinite(expected);
        Assert.True(isDouble == CellNumber.TryDouble(cell, out double value), text);
        if (isDouble)
            Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value), $"{text}: {value:R} for {expected:R}");
        bool isDecimal = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal expectedExact);
        Assert.True(isDecimal == CellNumber.TryDecimal(cell, out decimal exact), text);
        if (isDecimal)
            Assert.True(decimal.GetBits(expectedExact).AsSpan().SequenceEqual(decimal.GetBits(exact)), $"{text}: {exact} for {expectedExact}");
    }
}
