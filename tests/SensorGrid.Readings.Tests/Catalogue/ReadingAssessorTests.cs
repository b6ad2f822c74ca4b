using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Catalogue;

public class ReadingAssessorTests
{
    private static readonly CityCatalogue Catalogue = Read("""
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, quantity: level, unit: m, range: [-1, 12], missing: [-9999, -200] }
          - { gateway: gw, name: turbidity, quantity: turbidity, unit: NTU, range: [0, 1000] }
          - { gateway: gw, name: raw, quantity: count }
          - { gateway: gw, name: gps, quantity: position }
        """);

    private readonly DatastreamTable table = new();
    private readonly CatalogueBinding binding;

    public ReadingAssessorTests() => binding = new(Catalogue, table);

    private static CityCatalogue Read(string text)
    {
        var (catalogue, messages) = CatalogueReader.Read(new([new("c.yaml", text)]));
        Assert.DoesNotContain(messages, message => message.Severity == SensorGrid.Readings.Yaml.MessageSeverity.Error);
        return catalogue!;
    }

    private int Index(string name) => table.TryIntern(new("gw", name), out var index) ? index.Value : -1;

    private Reading Assess(in Reading reading)
    {
        Span<Reading> result = [reading];
        ReadingAssessor.Assess(result, result, binding, Some.Ticks);
        return result[0];
    }

    private Reading Stage(double value, string unit = "m") => Some.Reading(Index("stage"), value, unit: UnitRegistry.IdOf(unit));

    [Fact]
    public void A_reading_that_nothing_speaks_against_stays_as_it_is() => Assert.Equal(Stage(2.5), Assess(Stage(2.5)));

    [Theory, InlineData("mm", 2500, 2.5), InlineData("cm", -50, -0.5), InlineData("km", 0.002, 2)]
    public void Converts_the_unit_sent_to_the_catalogues(string unit, double sent, double value) =>
        Assert.Equal(Stage(value), Assess(Stage(sent, unit)));

    [Fact]
    public void Without_a_unit_the_value_is_in_the_catalogues() => Assert.Equal(Stage(2.5), Assess(Stage(2.5, "")));

    [Theory, InlineData("degC"), InlineData("s"), InlineData("%")]
    public void Keeps_but_suspects_a_value_in_a_unit_that_does_not_convert(string unit)
    {
        var sent = Stage(99, unit);
        Assert.Equal(sent with { Quality = Quality.Suspect, Flags = ReadingFlags.UnitMismatch }, Assess(sent));
    }

    [Theory, InlineData(-9999, "m"), InlineData(-200, "m"), InlineData(-9999, "mm"), InlineData(-200, "degC"), InlineData(-9999, "")]
    public void A_sentinel_is_missing_in_whatever_unit_and_stays_as_sent(double sentinel, string unit)
    {
        var sent = Stage(sentinel, unit);
        Assert.Equal(sent with { Quality = Quality.Missing }, Assess(sent));
    }

    [Theory]
    [InlineData(-1, Quality.Good), InlineData(12, Quality.Good), InlineData(-1.0001, Quality.Bad), InlineData(12.0001, Quality.Bad), InlineData(-9998, Quality.Bad)]
    public void The_valid_range_includes_its_ends(double value, Quality quality) =>
        Assert.Equal(Stage(value) with { Quality = quality }, Assess(Stage(value)));

    [Fact]
    public void The_range_is_checked_after_the_conversion()
    {
        Assert.Equal(Quality.Good, Assess(Stage(11_000, "mm")).Quality);
        Assert.Equal((Quality.Bad, 13), (Assess(Stage(13_000, "mm")).Quality, Assess(Stage(13_000, "mm")).Value));
    }

    [Fact]
    public void A_unit_that_senml_lacks_is_carried_by_the_catalogue()
    {
        var sent = Some.Reading(Index("turbidity"), 5);
        Assert.Equal(sent, Assess(sent));
        Assert.Equal(Quality.Suspect, Assess(sent with { Unit = UnitRegistry.Unknown }).Quality);
        Assert.Equal(Quality.Suspect, Assess(sent with { Unit = UnitRegistry.IdOf("m") }).Quality);
    }

    [Fact]
    public void A_datastream_without_a_unit_takes_any()
    {
        var sent = Some.Reading(Index("raw"), 5, unit: UnitRegistry.IdOf("count"));
        Assert.Equal(sent, Assess(sent));
    }

    [Theory]
    [InlineData(110.3, 21.2, Quality.Good), InlineData(-180, -90, Quality.Good), InlineData(0, 0, Quality.Missing), InlineData(0, 51.5, Quality.Good)]
    [InlineData(180.1, 0, Quality.Bad), InlineData(21.2, 110.3, Quality.Bad)]
    public void A_position_must_be_on_earth_and_not_at_zero(double longitude, double latitude, Quality quality) =>
        Assert.Equal(quality, Assess(Some.Reading(Index("gps"), longitude, value2: latitude, kind: ReadingKind.Position)).Quality);

    [Theory]
    [InlineData(300, Quality.Good, ReadingFlags.None), InlineData(300.000001, Quality.Suspect, ReadingFlags.FutureStamp), InlineData(-86400 * 9000.0, Quality.Good, ReadingFlags.None)]
    [InlineData(-86400 * 9700.0, Quality.Suspect, ReadingFlags.PastStamp)]
    public void A_clock_that_is_far_off_is_marked_and_both_times_kept(double atSeconds, Quality quality, ReadingFlags flags)
    {
        foreach (string name in new[] { "stage", "unassigned" })
        {
            var sent = Some.Reading(Index(name), 1, atSeconds, flags: ReadingFlags.Backlog, unit: UnitRegistry.IdOf("m"));
            Assert.Equal(sent with { Quality = quality, Flags = flags | ReadingFlags.Backlog }, Assess(sent));
        }
    }

    [Fact]
    public void A_worse_quality_is_not_made_better()
    {
        Assert.Equal(Quality.Estimated, Assess(Stage(1) with { Quality = Quality.Estimated }).Quality);
        Assert.Equal(Quality.Bad, Assess(Stage(1, "s") with { Quality = Quality.Bad }).Quality);
        Assert.Equal(Quality.Bad, Assess(Stage(99) with { Quality = Quality.Suspect }).Quality);
        Assert.Equal(Quality.Missing, Assess(Stage(-9999) with { ObservedAtTicks = Some.TicksAfter(999) }).Quality);
    }

    [Fact]
    public void Unassigned_datastreams_and_other_kinds_pass_through()
    {
        var unassigned = Some.Reading(Index("new"), -9999, unit: UnitRegistry.Unknown);
        Assert.Equal(unassigned, Assess(unassigned));
        var boolean = Some.Reading(Index("stage"), 1, kind: ReadingKind.Boolean, unit: UnitRegistry.IdOf("s"));
        Assert.Equal(boolean, Assess(boolean));
    }

    [Fact]
    public void Assesses_many_into_other_memory_without_allocating()
    {
        Reading[] decoded = [Stage(2500, "mm"), Stage(-9999), Stage(99), Some.Reading(Index("other"))];
        var assessed = new Reading[5];
        ReadingAssessor.Assess(decoded, assessed, binding, Some.Ticks);
        Assert.Equal([Quality.Good, Quality.Missing, Quality.Bad, Quality.Good], assessed.Take(4).Select(reading => reading.Quality));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            ReadingAssessor.Assess(decoded, assessed, binding, Some.Ticks);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReadingAssessor.Assess(decoded, new Reading[3], binding, Some.Ticks));
    }

    [Fact]
    public void The_binding_grows_with_the_table()
    {
        for (int i = 0; i < 100; i++)
            Assert.Null(binding[new(Index($"n{i}"))]);
        Assert.Equal("gw/stage", binding[new(Index("stage"))]!.Id);
        Assert.Null(binding[new(Index("n7"))]);
        Assert.Throws<ArgumentOutOfRangeException>(() => binding[new(table.Count)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => binding[new(-1)]);
    }
}
