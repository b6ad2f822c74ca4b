using System.Diagnostics.Metrics;
using System.Text;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Admission;

public sealed class ReadingAdmissionTests
{
    [Fact]
    public async Task What_is_dropped_of_a_readable_pack_is_counted()
    {
        await using var rig = new IngestRig();
        var dropped = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "sensorgrid.ingest.record.drop")
                l.EnableMeasurementEvents(instrument);
        };
        // Other tests count at the same time: these reasons are asked for by number of records, which only this test has.
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (dropped)
                dropped[$"{tags[0].Value} {count}"] = count;
        });
        listener.Start();

        var result = await rig.Admission.AdmitAsync(Messages.Incoming(Encoding.UTF8.GetBytes(
            "[" + string.Join(',', Enumerable.Range(0, 13).Select(i => $$"""{"n":"a{{i}}","s":1},{"n":"b{{i}}","u":"lat","v":1}""")) + """,{"n":"c","v":1}]""")));

        Assert.Equal(AdmissionOutcome.Accepted, result.Outcome);
        Assert.Equal(1, rig.Metrics.Readings);
        Assert.Contains("sum_only 13", dropped.Keys);
        Assert.Contains("unpaired_position 13", dropped.Keys);
    }

    [Fact]
    public async Task A_status_that_is_none_is_kept_and_told()
    {
        await using var rig = new IngestRig();

        var result = await rig.Admission.AdmitAsync(Messages.Incoming("[]"u8.ToArray(), "sensorgrid/v1/water/water-gw-1/status"));
        var cleared = await rig.Admission.AdmitAsync(Messages.Incoming([], "sensorgrid/v1/water/water-gw-1/status"));

        Assert.Equal((AdmissionOutcome.PayloadUnreadable, PayloadReason.BadStatus, 1L), (result.Outcome, result.PayloadReason, result.Sequence));
        Assert.Equal(AdmissionOutcome.Accepted, cleared.Outcome);
        Assert.Equal(2, rig.LogRecords().Count);
        Assert.Null(rig.Register.Find("water-gw-1")!.Status);
    }

    [Fact]
    public async Task After_the_log_failed_everything_is_unavailable()
    {
        using var disk = new GatedDisk();
        await using var rig = new IngestRig(disk: disk);
        disk.Break();

        Assert.Equal(AdmissionOutcome.Unavailable, (await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack()))).Outcome);
        Assert.Equal(AdmissionOutcome.Unavailable, (await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack()))).Outcome);

        await Eventually.TrueAsync(() => !rig.Admission.IsAvailable);
        Assert.Equal(0, rig.Metrics.Messages);
        Assert.Null(rig.Register.Find("water-gw-1"));
    }

    [Fact]
    public async Task What_strangers_send_is_shown_safely()
    {
        await using var rig = new IngestRig();

        await rig.Admission.AdmitAsync(Messages.Incoming([0x1B, 0x5B, 0x32, 0x4A], "sensorgrid/v1/water/water-gw-1/readings"));
        await rig.Admission.AdmitAsync(Messages.Incoming(Messages.Pack(), "evil\r\nERROR fake\u202e"));

        var lines = rig.Register.RecentRejections;
        Assert.Equal("evil\\u000D\\u000AERROR fake\\u202E", lines[0].Topic);
        Assert.Equal(("topic_invalid", 0L), (lines[0].Reason, lines[0].Sequence));
        Assert.Equal("0x1b5b324a", lines[1].PayloadStart);
    }
}
