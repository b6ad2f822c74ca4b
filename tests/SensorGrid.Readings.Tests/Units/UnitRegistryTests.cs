using System.Text;
using SensorGrid.Readings.Units;

namespace SensorGrid.Readings.Tests.Units;

public class UnitRegistryTests
{
    [Fact]
    public void Holds_every_unit_of_both_registers_once()
    {
        var names = UnitRegistry.Names.ToList();
        Assert.Equal(66 + 33, names.Count);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Every_name_finds_its_own_number_and_back()
    {
        int number = 0;
        foreach (string name in UnitRegistry.Names)
        {
            number++;
            Assert.Equal(number, UnitRegistry.IdOf(name));
            Assert.Equal(number, UnitRegistry.IdOf(Encoding.UTF8.GetBytes(name)));
            Assert.Equal(name, UnitRegistry.NameOf((byte)number));
            Assert.Equal(name, Encoding.UTF8.GetString(UnitRegistry.Utf8NameOf((byte)number)));
        }
    }

    // Stored numbers: a change here makes old files mean something else.
    [Theory]
    [InlineData("m", 1), InlineData("Cel", 24), InlineData("lat", 42), InlineData("lon", 43), InlineData("count", 48), InlineData("S/m", 58)]
    [InlineData("B", 59), InlineData("deg", 66), InlineData("ms", 67), InlineData("mm", 94), InlineData("B/s", 99)]
    public void Numbers_never_change(string name, int number) => Assert.Equal(number, UnitRegistry.IdOf(name));

    [Theory]
    [InlineData("degC"), InlineData("cel"), InlineData("M"), InlineData("meters-per-second"), InlineData("%vol"), InlineData("℃"), InlineData("\0"), InlineData("m\0")]
    public void Other_names_are_unknown(string name)
    {
        Assert.Equal(UnitRegistry.Unknown, UnitRegistry.IdOf(name));
        Assert.Equal("", UnitRegistry.NameOf(UnitRegistry.Unknown));
    }

    [Fact]
    public void No_name_is_no_unit()
    {
        Assert.Equal(UnitRegistry.None, UnitRegistry.IdOf(""));
        Assert.Equal(UnitRegistry.None, UnitRegistry.IdOf((string?)null));
        Assert.Equal(UnitRegistry.None, UnitRegistry.IdOf(""u8));
    }

    [Theory]
    [InlineData("mm", 25, "m", 0.025)]
    [InlineData("mm", 12.5, "m", 0.0125)]
    [InlineData("m", 0.025, "mm", 25)]
    [InlineData("cm", 250, "mm", 2500)]
    [InlineData("hPa", 1013.25, "Pa", 101325)]
    [InlineData("mm/h", 36, "m/s", 0.00001)]
    [InlineData("km/h", 36, "m/s", 10)]
    [InlineData("dBm", -70, "dBW", -100)]
    [InlineData("dBW", -100, "dBm", -70)]
    [InlineData("kWh", 1, "J", 3.6e6)]
    [InlineData("Wh/km", 1, "J/m", 3.6)]
    [InlineData("ug/m3", 35, "kg/m3", 3.5e-8)]
    [InlineData("ppm", 20, "/", 2e-5)]
    [InlineData("/100", 50, "/", 0.5)]
    [InlineData("MB/s", 1, "Mbit/s", 8)]
    [InlineData("KiB", 2, "B", 2048)]
    [InlineData("g", 500, "kg", 0.5)]
    [InlineData("l/s", 40, "m3/s", 0.04)]
    [InlineData("Cel", 21.5, "Cel", 21.5)]
    public void Converts_what_measures_the_same_thing(string from, double value, string to, double expected)
    {
        Assert.True(UnitRegistry.TryConvert(UnitRegistry.IdOf(from), UnitRegistry.IdOf(to), value, out double converted));
        Assert.Equal(expected, converted);
    }

    [Theory]
    [InlineData("m", "s"), InlineData("Cel", "K"), InlineData("%", "/"), InlineData("%RH", "/"), InlineData("%EL", "EL"), InlineData("", "m")]
    [InlineData("m", ""), InlineData("", ""), InlineData("degC", "Cel"), InlineData("Cel", "degC"), InlineData("degC", "degC"), InlineData("rad", "deg")]
    public void Converts_nothing_else(string from, string to)
    {
        Assert.False(UnitRegistry.TryConvert(UnitRegistry.IdOf(from), UnitRegistry.IdOf(to), 7, out double converted));
        Assert.Equal(7, converted);
    }

    [Fact]
    public void Knows_which_units_need_version_26()
    {
        Assert.True(UnitRegistry.IsSecondary(UnitRegistry.IdOf("mm")));
        Assert.True(UnitRegistry.IsSecondary(UnitRegistry.IdOf("/1000")));
        Assert.False(UnitRegistry.IsSecondary(UnitRegistry.IdOf("m")));
        Assert.False(UnitRegistry.IsSecondary(UnitRegistry.Unknown));
        Assert.False(UnitRegistry.IsSecondary(UnitRegistry.None));
    }
}
