using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.Ingest.Service.Warnings.Cap;

namespace SensorGrid.Ingest.Service.Tests.Warnings;

public sealed class WarningRegisterTests
{
    private readonly FakeTimeProvider time = new(new(2026, 6, 15, 0, 0, 0, TimeSpan.Zero));
    private readonly WarningRegister register = new([]);
    private long sequence;

    [Fact]
    public void A_warning_is_in_force_with_what_it_says()
    {
        Assert.Equal(WarningOutcome.Taken, Take(SomeCap.Alert(expires: "2026-06-15T20:00:00+08:00")));

        var warning = Get("W-1");
        Assert.Equal(("in-force", "exercise", "alert", "暴雨", "orange", true), (warning.State, warning.Status, warning.MessageType, warning.Event, warning.Colour, warning.ColourStated));
        Assert.Equal(("气象台", "severe", "王"), (warning.Issuer, warning.Severity, warning.ReceivedFrom));
        Assert.Equal((warning.Sent, time.GetUtcNow()), (warning.Effective, warning.ReceivedAt));
        Assert.Equal("市区", Assert.Single(warning.Areas).Description);
    }

    [Fact]
    public void An_update_takes_the_place_of_what_it_references()
    {
        Take(SomeCap.Alert("W-1"));
        Take(SomeCap.Alert("W-2", type: "Update", references: SomeCap.ReferenceTo("W-1")));

        Assert.Equal(("replaced", Get("W-2").Id), (Get("W-1").State, Get("W-1").EndedBy));
        Assert.Equal(("in-force", "replaced"), (Get("W-2").State, Assert.Single(Get("W-2").References).Effect));
    }

    [Fact]
    public void A_cancel_ends_what_it_references_and_is_never_in_force_itself()
    {
        Take(SomeCap.Alert("W-1"));
        time.Advance(TimeSpan.FromMinutes(5));
        Take(SomeCap.Cancel("W-2", SomeCap.ReferenceTo("W-1")));

        Assert.Equal(("cancelled", time.GetUtcNow()), (Get("W-1").State, Get("W-1").EndedAt));
        Assert.Equal("cancellation", Get("W-2").State);
        Assert.Null(Get("W-2").Event);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void The_order_in_which_they_come_does_not_matter(params int[] order)
    {
        string[] messages =
        [
            SomeCap.Alert("W-1"), SomeCap.Alert("W-2", type: "Update", references: SomeCap.ReferenceTo("W-1")), SomeCap.Cancel("W-3", SomeCap.ReferenceTo("W-2")),
        ];
        foreach (int one in order)
            Assert.Equal(WarningOutcome.Taken, Take(messages[one]));

        Assert.Equal("replaced cancelled cancellation", $"{Get("W-1").State} {Get("W-2").State} {Get("W-3").State}");
        Assert.Equal("replaced cancelled", $"{Get("W-2").References[0].Effect} {Get("W-3").References[0].Effect}");
        Assert.Equal((Get("W-2").Id, Get("W-3").Id), (Get("W-1").EndedBy, Get("W-2").EndedBy));
    }

    [Fact]
    public void A_reference_to_what_never_came_is_kept_and_shown_as_unknown()
    {
        Take(SomeCap.Alert("W-2", type: "Update", references: SomeCap.ReferenceTo("W-1")));

        Assert.Equal(("in-force", "unknown", "W-1"), (Get("W-2").State, Get("W-2").References[0].Effect, Get("W-2").References[0].Identifier));
    }

    [Fact]
    public void An_exercise_never_ends_what_is_actual()
    {
        Take(SomeCap.Alert("W-1", status: "Actual"));
        Take(SomeCap.Cancel("W-2", SomeCap.ReferenceTo("W-1")));
        Take(SomeCap.Alert("W-3", type: "Update", references: SomeCap.ReferenceTo("W-1"), status: "Test"));

        Assert.Equal("in-force", Get("W-1").State);
        Assert.Equal(("other-status", "other-status"), (Get("W-2").References[0].Effect, Get("W-3").References[0].Effect));
    }

    [Fact]
    public void An_alert_that_mentions_another_ends_nothing()
    {
        Take(SomeCap.Alert("W-1"));
        Take(SomeCap.Alert("W-2", references: SomeCap.ReferenceTo("W-1")));

        Assert.Equal(("in-force", "in-force", "none"), (Get("W-1").State, Get("W-2").State, Get("W-2").References[0].Effect));
    }

    [Fact]
    public void It_ends_when_its_time_is_over_and_not_before()
    {
        Take(SomeCap.Alert("W-1", expires: "2026-06-15T09:00:00+08:00"));
        Take(SomeCap.Alert("W-2"));

        time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromTicks(1));
        register.Expire(time.GetUtcNow());
        Assert.Equal("in-force", Get("W-1").State);
        time.Advance(TimeSpan.FromTicks(1));
        register.Expire(time.GetUtcNow());

        Assert.Equal(("expired", time.GetUtcNow(), (string?)null), (Get("W-1").State, Get("W-1").EndedAt, Get("W-1").EndedBy));
        time.Advance(TimeSpan.FromDays(1000));
        register.Expire(time.GetUtcNow());
        Assert.Equal("in-force", Get("W-2").State);
    }

    [Fact]
    public void One_that_comes_too_late_is_over_at_once_and_the_first_end_stays()
    {
        time.Advance(TimeSpan.FromHours(2));
        Take(SomeCap.Alert("W-1", expires: "2026-06-15T09:00:00+08:00"));
        Take(SomeCap.Cancel("W-2", SomeCap.ReferenceTo("W-1")));

        Assert.Equal("expired", Get("W-1").State);
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        Take(SomeCap.Alert("W-1"));
        Take(SomeCap.Cancel("W-2", SomeCap.ReferenceTo("W-1")));
        register.ClearChanges();
        time.Advance(TimeSpan.FromMinutes(1));

        // The same instant with another offset is the same.
        Assert.Equal(WarningOutcome.Repeated, Take(SomeCap.Alert("W-1", sent: "2026-06-15T00:00:00-00:00")));
        Assert.Equal((0, 0, "cancelled"), (register.Changed.Count, register.Removed.Count, Get("W-1").State));
    }

    [Fact]
    public void When_it_is_full_the_oldest_that_ended_goes_and_nothing_in_force_ever_does()
    {
        for (int i = 0; i < WarningRegister.MaxKept - 2; i++)
            Take(SomeCap.Alert($"F-{i}"));
        Take(SomeCap.Alert("E-1", expires: "2026-06-15T08:00:00+08:00"));
        time.Advance(TimeSpan.FromMinutes(1));
        Take(SomeCap.Alert("E-2", expires: "2026-06-15T08:01:00+08:00"));

        Assert.Equal(WarningOutcome.Taken, Take(SomeCap.Alert("W-1")));
        Assert.False(register.TryFind(IdOf("E-1"), out _));
        Assert.Equal("expired", Get("E-2").State);
        Assert.Equal(WarningOutcome.Taken, Take(SomeCap.Alert("W-2")));
        Assert.Equal(WarningOutcome.Full, Take(SomeCap.Alert("W-3")));
        Assert.False(register.TryFind(IdOf("W-3"), out _));
        Assert.Equal(WarningRegister.MaxKept, register.Kept.Count);
        Assert.All(register.Kept, warning => Assert.Equal("in-force", warning.State));

        // What ends another makes its own room.
        Assert.Equal(WarningOutcome.Taken, Take(SomeCap.Alert("W-4", type: "Update", references: SomeCap.ReferenceTo("W-1"))));
        Assert.False(register.TryFind(IdOf("W-1"), out _));
        Assert.Equal("in-force", Get("W-4").State);
    }

    [Fact]
    public void What_was_kept_goes_on_as_it_was()
    {
        Take(SomeCap.Alert("W-1", expires: "2026-06-15T09:00:00+08:00"));
        var again = new WarningRegister(register.Kept);

        again.Expire(new(2026, 6, 15, 1, 0, 0, TimeSpan.Zero));

        Assert.Equal("expired", Assert.Single(again.Kept).State);
    }

    private WarningOutcome Take(string message)
    {
        var (alert, mistakes) = CapReader.Read(SomeCap.Bytes(message));
        Assert.Empty(mistakes);
        return register.Take(WarningFactory.Create(alert!, ++sequence, time.GetUtcNow(), "王"));
    }

    private OfficialWarning Get(string identifier) => register.Kept.Single(warning => warning.Identifier == identifier);

    private static string IdOf(string identifier) => WarningId.Of(SomeCap.Sender, identifier, new(2026, 6, 15, 0, 0, 0, TimeSpan.Zero));
}
