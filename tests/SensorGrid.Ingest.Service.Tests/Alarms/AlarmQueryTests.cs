using SensorGrid.Ingest.Service.Alarms;

namespace SensorGrid.Ingest.Service.Tests.Alarms;

public class AlarmQueryTests
{
    [Fact]
    public void Lists_unacknowledged_first_then_level_then_newest()
    {
        AlarmView[] alarms =
        [
            SomeAlarm.Of("acknowledged-red", level: "red", acknowledged: true),
            SomeAlarm.Of("yellow-new", raisedMinutes: 5),
            SomeAlarm.Of("returned", level: "none", active: false, raisedMinutes: 9),
            SomeAlarm.Of("yellow-old"),
            SomeAlarm.Of("red", level: "red"),
        ];

        Assert.Equal(
            ["red", "yellow-new", "yellow-old", "returned", "acknowledged-red"],
            alarms.OrderBy(AlarmCursor.Of).Select(alarm => alarm.Id));
    }

    [Fact]
    public void A_cursor_survives_the_trip_to_the_client()
    {
        var cursor = AlarmCursor.Of(SomeAlarm.Of("abc|def", level: "orange", acknowledged: true) with { Id = "abcdef" });

        Assert.True(AlarmCursor.TryParse(cursor.ToString(), out var back));
        Assert.Equal(cursor, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("MHwx")]
    [InlineData("MHx4fDF8YQ")]
    public void A_cursor_we_never_gave_is_refused(string text) => Assert.False(AlarmCursor.TryParse(text, out _));

    [Theory]
    [InlineData("Open", true, false, true)]
    [InlineData("Open", false, false, true)]
    [InlineData("Open", false, true, false)]
    [InlineData("Active", false, false, false)]
    [InlineData("Unacknowledged", true, true, false)]
    [InlineData("All", false, true, true)]
    public void State_chooses_by_the_two_facts(string state, bool active, bool acknowledged, bool matches) =>
        Assert.Equal(matches, new AlarmQuery(Enum.Parse<AlarmStateFilter>(state), null, [], 10, null).Matches(SomeAlarm.Of("a", active: active, acknowledged: acknowledged)));
}
