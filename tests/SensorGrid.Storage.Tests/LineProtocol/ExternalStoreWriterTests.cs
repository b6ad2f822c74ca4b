using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.LineProtocol;

public class ExternalStoreWriterTests
{
    private const string River = "reading,datastream=stage,domain=water,gateway=water-gw-1,quantity=level,station=bridge.1,unit=m ";
    private const string At = " 1730203200000000000\n";

    private static readonly DatastreamKey Where = new("water-gw-1", "where");

    [Fact]
    public async Task A_reading_is_a_point_with_the_tags_of_the_catalogue_and_the_time_it_was_true()
    {
        using var rig = new WriterRig();

        Assert.Equal(River + "value=2.5,quality=0i" + At, await rig.SendAsync(WriterRig.Stage(2.5)));
        // Converted to the catalogue's unit, as in the embedded store.
        Assert.Equal(River + "value=2.5,quality=0i" + At, await rig.SendAsync(WriterRig.Stage(2500, unit: "mm")));
        Assert.Equal(River + "value=2.5,quality=0i 1730203200123456700\n",
            await rig.SendAsync(WriterRig.Stage(2.5) with { ObservedAtTicks = Some.Start.UtcTicks + 1_234_567 }));
    }

    [Fact]
    public async Task What_must_not_enter_any_arithmetic_stands_in_a_field_of_its_own()
    {
        using var rig = new WriterRig();

        Assert.Equal(River + "value_raw=-9999,quality=3i" + At, await rig.SendAsync(WriterRig.Stage(-9999)));
        Assert.Equal(River + "value_raw=99,quality=4i" + At, await rig.SendAsync(WriterRig.Stage(99)));
        Assert.Equal("reading,asset=patrol-1,datastream=where,domain=forest,gateway=water-gw-1,quantity=position lat_raw=0,lon_raw=0,quality=3i" + At,
            await rig.SendAsync(Some.Reading(0, key: Where) with { Kind = ReadingKind.Position }));
    }

    [Fact]
    public async Task A_value_in_a_unit_that_does_not_convert_is_another_series()
    {
        using var rig = new WriterRig();

        Assert.Equal(River.Replace("unit=m", "unit=Cel", StringComparison.Ordinal) + "value=7,quality=1i" + At, await rig.SendAsync(WriterRig.Stage(7, unit: "Cel")));
    }

    [Fact]
    public async Task Positions_booleans_and_texts_have_their_fields()
    {
        using var rig = new WriterRig();

        Assert.Equal("reading,asset=patrol-1,datastream=where,domain=forest,gateway=water-gw-1,quantity=position lat=21.27,lon=110.36,quality=0i" + At,
            await rig.SendAsync(Some.Reading(110.36, key: Where) with { Value2 = 21.27, Kind = ReadingKind.Position }));
        Assert.Equal("reading,datastream=open,gateway=gw-9 value=1,quality=0i" + At,
            await rig.SendAsync(Some.Reading(1, key: new("gw-9", "open")) with { Kind = ReadingKind.Boolean }));
        Assert.Equal("reading,datastream=note,gateway=gw-9 value_text=\"门 \\\"open\\\"\",quality=0i" + At,
            await rig.SendAsync(Some.Reading(key: new("gw-9", "note")) with { Kind = ReadingKind.Text, Text = "门 \"open\"" }));
    }

    [Fact]
    public async Task A_datastream_the_catalogue_does_not_know_has_the_tags_that_are_known()
    {
        using var rig = new WriterRig();

        Assert.Equal("reading,datastream=t,gateway=gw-9,unit=Cel value=21.5,quality=0i" + At,
            await rig.SendAsync(Some.Reading(21.5, key: new("gw-9", "t")) with { Unit = UnitRegistry.IdOf("Cel") }));
        Assert.Equal("reading,datastream=t,gateway=gw-9,unit=? value=21.5,quality=0i" + At,
            await rig.SendAsync(Some.Reading(21.5, key: new("gw-9", "t")) with { Unit = UnitRegistry.Unknown }));
    }

    [Fact]
    public async Task VictoriaMetrics_gets_no_texts_which_it_would_turn_into_zeros()
    {
        using var rig = new WriterRig(ExternalStoreKind.VictoriaMetrics);

        Assert.Equal("reading,datastream=note,gateway=gw-9 quality=0i" + At,
            await rig.SendAsync(Some.Reading(key: new("gw-9", "note")) with { Kind = ReadingKind.Text, Text = "open" }));
        Assert.Equal(1, rig.Writer.State.TextsLeftOut);
    }

    [Fact]
    public async Task A_value_that_is_no_finite_number_is_left_out_and_counted()
    {
        using var rig = new WriterRig();

        Assert.Equal("reading,datastream=x,gateway=gw-9 quality=0i" + At, await rig.SendAsync(Some.Reading(double.NaN, key: new("gw-9", "x"))));
        Assert.Equal(1, rig.Writer.State.ValuesLeftOut);
    }

    [Fact]
    public async Task A_time_that_line_protocol_cannot_say_makes_a_dead_letter_and_holds_nothing_up()
    {
        using var rig = new WriterRig();

        string sent = await rig.SendAsync(
            WriterRig.Stage(1) with { ObservedAtTicks = new DateTime(1600, 1, 1).Ticks },
            WriterRig.Stage(2) with { ObservedAtTicks = new DateTime(1678, 1, 1).Ticks },
            WriterRig.Stage(3) with { ObservedAtTicks = new DateTime(2262, 1, 1).Ticks },
            WriterRig.Stage(4) with { ObservedAtTicks = new DateTime(2263, 1, 1).Ticks });

        Assert.Equal(2, sent.Count(sign => sign == '\n'));
        Assert.All(rig.DeadLetters, letter => Assert.Contains("1677 to 2262", letter.Reason, StringComparison.Ordinal));
        Assert.EndsWith(" -11676096000000000000", System.Text.Encoding.UTF8.GetString(rig.DeadLetters.First().Line), StringComparison.Ordinal);
        Assert.Equal(2, rig.DeadLetters.Count());
    }

    [Fact]
    public void A_batch_is_due_by_count_by_bytes_and_by_age()
    {
        using var rig = new WriterRig(change: options => options with { BatchPoints = 3, BatchBytes = 4096, BatchAge = TimeSpan.FromSeconds(2) });
        rig.Add(1, WriterRig.Stage(1), WriterRig.Stage(2));
        Assert.False(rig.Writer.IsDue);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(rig.Writer is { IsDue: true, IsFull: false });
        rig.Add(2, WriterRig.Stage(3));
        Assert.True(rig.Writer.IsFull);

        using var texts = new WriterRig(change: options => options with { BatchBytes = 4096 });
        texts.Add(1, Some.Reading(key: new("gw", "note")) with { Kind = ReadingKind.Text, Text = new string('x', 4096) });
        Assert.True(texts.Writer.IsFull);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_reading()
    {
        var table = new DatastreamTable();
        Assert.True(table.TryIntern(new("gw", "stage"), out var index));
        var lines = new ReadingLineWriter("reading", ExternalStoreKind.InfluxDb2);
        var batch = new LineBatch();
        var reading = new Reading(index, Some.Start.UtcTicks, 2.25, Unit: UnitRegistry.IdOf("m"));
        var binding = new CatalogueBinding(CityCatalogue.Empty, table);
        void WriteMany()
        {
            batch.Clear();
            for (int i = 0; i < 1000; i++)
            {
                lines.Write(batch.Buffer, reading, default, table.KeyOf(index), binding[index]);
                batch.EndLine(i);
            }
        }
        WriteMany();

        long before = GC.GetAllocatedBytesForCurrentThread();
        WriteMany();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_text_of_the_settings_holds_no_secret() =>
        Assert.DoesNotContain("secret", DeliveryRig.Options(ExternalStoreKind.InfluxDb1, new("http://host")).ToString(), StringComparison.Ordinal);
}
