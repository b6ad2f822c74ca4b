using System.Globalization;
using SensorGrid.Alarms.Tests.Support;

namespace SensorGrid.Alarms.Tests;

public sealed class AlarmTransitionTests
{
    [Fact]
    public void Text_is_one_line_whatever_people_write()
    {
        var city = new City().Read(0.5, 3.25).Acknowledge(60, "李\"伟", "line one\nline two");
        Assert.Equal(
            "2026-05-12T08:00:00.5Z raised water.level gw/stage yellow value=3.25 limit=3 onset=2026-05-12T08:00:00.5Z alarm=" + city.Transitions[0].Alarm.Id,
            city.Transitions[0].ToCanonicalText());
        Assert.EndsWith("""by="李\"伟" note="line one\nline two" """.TrimEnd(), city.Transitions[1].ToCanonicalText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_does_not_depend_on_the_culture_of_the_machine()
    {
        var before = CultureInfo.CurrentCulture;
        string text = new City().Read(0, 3.25).Transitions[0].ToCanonicalText();
        try
        {
            // A culture of our own, since the invariant mode of the build knows no others.
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(text, new City().Read(0, 3.25).Transitions[0].ToCanonicalText());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void When_it_arrived_is_not_in_the_text()
    {
        string live = new City().Read(0, 3.25).Transitions[0].ToCanonicalText();
        string late = new City().Tick(5).Tick(500).Read(0, 3.25, received: 9000).Transitions[0].ToCanonicalText();
        Assert.Equal(live, late);
    }
}
