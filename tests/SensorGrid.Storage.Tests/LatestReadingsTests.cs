using SensorGrid.Readings;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

public sealed class LatestReadingsTests
{
    [Fact]
    public void A_late_reading_does_not_replace_a_newer_one()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, -10));
        fixture.Append(Some.Reading(2, -20));

        Assert.Equal(1, Latest(fixture).Value);
    }

    [Fact]
    public void A_correction_of_the_newest_replaces_it()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, -10));
        fixture.Append(Some.Reading(2, -10), Some.Reading(3, -10));

        Assert.Equal(3, Latest(fixture).Value);
    }

    [Fact]
    public async Task A_stamp_from_the_future_is_the_latest_only_until_the_next_reading_arrives()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, 86_400) with { Flags = ReadingFlags.FutureStamp });
        Assert.Equal(1, Latest(fixture).Value);
        fixture.Append(Some.Reading(2, 1));
        Assert.Equal(2, Latest(fixture).Value);

        await fixture.SealAsync();
        fixture.CrashAndRecover();

        Assert.Equal(2, Latest(fixture).Value);
    }

    [Fact]
    public async Task The_latest_of_all_kinds_are_known_again_after_a_restart_from_files_and_from_the_log()
    {
        using var fixture = new StoreFixture();
        fixture.Append(
            Some.Reading(double.NaN, 0),
            Some.Reading(0, 0, Some.Valve) with { Kind = ReadingKind.Text, Text = "half open 半开" },
            new Sample(Some.Flow, Some.Start.UtcTicks + 7, 110.4, 21.3, Kind: ReadingKind.Position, Quality: Quality.Suspect, Flags: ReadingFlags.Backlog));
        await fixture.SealAsync();
        fixture.Append(Some.Reading(0, 1, Some.Valve) with { Kind = ReadingKind.Text, Text = "open" });
        var before = fixture.Store.ReadLatest();
        Assert.Equal(["", "", "open"], before.OrderBy(reading => reading.Text ?? "", StringComparer.Ordinal).Select(reading => reading.Text ?? ""));

        fixture.CrashAndRecover();

        Assert.Equal(before, fixture.Store.ReadLatest());
    }

    private static StoredReading Latest(StoreFixture fixture)
    {
        Assert.True(fixture.Store.TryGetLatest(fixture.IndexOf(Some.Stage), out var latest));
        return latest;
    }
}
