using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.Ingest.Service.Warnings.Cap;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

public sealed class WarningColourTests
{
    [Theory]
    [InlineData("eventColor", "Red", "red")]
    [InlineData("event_colour", "orange", "orange")]
    [InlineData("Colour", "YELLOW", "yellow")]
    [InlineData("颜色", "蓝色", "blue")]
    [InlineData("预警颜色", "白色", "white")]
    [InlineData("预警级别", "Ⅰ级（特别重大）", "red")]
    [InlineData("预警级别", "II级", "orange")]
    [InlineData("预警等级", "三级", "yellow")]
    [InlineData("awareness_level", "2; yellow; Moderate", "yellow")]
    public void A_parameter_gives_it(string name, string value, string colour) => Assert.Equal((colour, true), WarningColour.Of(Info("Unknown", new CapNamedValue(name, value))));

    [Theory]
    [InlineData("Extreme", "red")]
    [InlineData("Severe", "orange")]
    [InlineData("Moderate", "yellow")]
    [InlineData("Minor", "blue")]
    [InlineData("Unknown", "none")]
    public void Otherwise_it_follows_from_the_severity(string severity, string colour) => Assert.Equal((colour, false), WarningColour.Of(Info(severity)));

    [Theory]
    [InlineData("eventColor", "red or orange")]
    [InlineData("eventColor", "红橙")]
    [InlineData("eventColor", "mauve")]
    [InlineData("eventColor", "hundred")]
    [InlineData("carColour", "blue")]
    public void What_names_no_colour_or_two_counts_as_nothing(string name, string value) => Assert.Equal(("yellow", false), WarningColour.Of(Info("Moderate", new CapNamedValue(name, value))));

    private static CapInfo Info(string severity, params CapNamedValue[] parameters) =>
        new("en", ["Met"], "x", "Unknown", severity, "Unknown", null, null, null, null, null, null, null, null, null, null, parameters, []);
}
