using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651FrameReaderTests
{
    [Fact]
    public void A_timed_report_becomes_readings_with_units_and_status_bits() => Assert.Equal(
        [
            "PT 311.3 mm @ 260701 06:00:00", "ZT 6292609 @ 260701 06:00:00",
            "ZT.mains-lost true @ 260701 06:00:00", "ZT.battery-low false @ 260701 06:00:00", "ZT.level-alarm false @ 260701 06:00:00",
            "ZT.flow-alarm false @ 260701 06:00:00", "ZT.quality-alarm false @ 260701 06:00:00", "ZT.flow-fault false @ 260701 06:00:00",
            "ZT.level-fault false @ 260701 06:00:00", "ZT.door-open false @ 260701 06:00:00", "ZT.memory-fault false @ 260701 06:00:00",
            "ZT.card-active false @ 260701 06:00:00", "ZT.pump-running false @ 260701 06:00:00", "ZT.water-limit false @ 260701 06:00:00",
            "VT 12.87 V @ 260701 06:00:00", "xFF09 20 @ 260701 06:00:00", "xFF33 20.5 @ 260701 06:00:00",
        ], Of("beijing-01-fc32"));

    [Fact]
    public void The_header_becomes_station_function_serial_and_send_time()
    {
        var frame = new FieldFrame();
        Assert.Null(new Sl651FrameReader().Read(Sl651Vector.Named("beijing-01-fc32").Frame, 0, frame).Code);
        Assert.Equal(FieldProtocol.Sl651, frame.Protocol);
        Assert.Equal(("0030746200", "32", 17509L), (frame.Station, frame.Function, frame.Serial!.Value));
        Assert.Equal(new DateTime(2026, 6, 30, 22, 0, 36).Ticks, frame.SentAtTicks);
        Assert.Equal(("26", "accumulated rain", "mm"), (frame.Readings[0].Element.Code, frame.Readings[0].Element.Quantity, frame.Readings[0].Element.StandardUnit));
        Assert.False(frame.Readings[^1].Element.IsKnown);
    }

    [Fact]
    public void An_hourly_report_spreads_its_slots_over_the_hour_and_keeps_each_group_with_its_time() => Assert.Equal(
        [
            "DRP 0.5 mm @ 170718 10:05:00", "DRP 0 mm @ 170718 10:10:00", "DRP 0 mm @ 170718 10:15:00", "DRP 0 mm @ 170718 10:20:00",
            "DRP 2 mm @ 170718 10:25:00", "DRP NaN mm @ 170718 10:30:00 Missing", "DRP NaN mm @ 170718 10:35:00 Missing",
            "DRP NaN mm @ 170718 10:40:00 Missing", "DRP NaN mm @ 170718 10:45:00 Missing", "DRP NaN mm @ 170718 10:50:00 Missing",
            "DRP 0 mm @ 170718 10:55:00", "DRP 0 mm @ 170718 11:00:00", "PT 4 mm @ 170718 11:00:00",
            "DRZ1 0.12 m @ 170718 10:05:00", "DRZ1 0.12 m @ 170718 10:10:00", "DRZ1 0.28 m @ 170718 10:15:00", "DRZ1 0.49 m @ 170718 10:20:00",
            "DRZ1 0.49 m @ 170718 10:25:00", "DRZ1 NaN m @ 170718 10:30:00 Missing", "DRZ1 NaN m @ 170718 10:35:00 Missing",
            "DRZ1 NaN m @ 170718 10:40:00 Missing", "DRZ1 NaN m @ 170718 10:45:00 Missing", "DRZ1 NaN m @ 170718 10:50:00 Missing",
            "DRZ1 0.49 m @ 170718 10:55:00", "DRZ1 0.49 m @ 170718 11:00:00", "Z 10.49 m @ 170718 11:00:00", "PJ 4 mm @ 170718 11:00:00",
            "VT 10.99 V @ 170718 11:00:00",
        ], Of("yu-fc34-F502"));

    [Fact]
    public void Slots_tagged_with_the_full_hour_in_an_hourly_report_end_there()
    {
        var lines = Of("beijing-16-fc34");
        Assert.Equal("DRP 0 mm @ 260701 05:05:00", lines[0]);
        Assert.Equal("DRP 0 mm @ 260701 06:00:00", lines[11]);
        Assert.Equal("DRZ1 4.28 m @ 260701 05:05:00", lines[12]);
    }

    [Fact]
    public void Slots_of_the_hour_that_runs_are_read_up_to_now_and_the_rest_is_not_yet_measured() => Assert.Equal(
        [
            "DRP 0 mm @ 220926 09:05:00", "DRP 0 mm @ 220926 09:10:00", "DRP 0 mm @ 220926 09:15:00", "DRP 0 mm @ 220926 09:20:00",
            "DRP 0 mm @ 220926 09:25:00", "DRP 0 mm @ 220926 09:30:00",
            "DRZ1 NaN m @ 220926 09:05:00 Missing", "DRZ1 NaN m @ 220926 09:10:00 Missing", "DRZ1 NaN m @ 220926 09:15:00 Missing",
            "DRZ1 NaN m @ 220926 09:20:00 Missing", "DRZ1 NaN m @ 220926 09:25:00 Missing", "DRZ1 NaN m @ 220926 09:30:00 Missing",
            "PT 234.5 mm @ 220926 09:30:00", "PJ 0 mm @ 220926 09:30:00", "P1 0 mm @ 220926 09:30:00", "Z NaN m @ 220926 09:30:00 Missing",
            "VT 13.38 V @ 220926 09:30:00",
        ], Of("lab-2024-fc34-up-34E6"));

    [Fact]
    public void A_slot_ahead_of_its_tag_that_has_a_value_is_suspect() =>
        Assert.Equal(
            ["DRZ1 1.07 m @ 260701 06:30:00", "DRZ1 1.07 m @ 260701 06:35:00 Suspect", "Z 1.08 m @ 260701 06:30:00", "VT 12 V @ 260701 06:30:00"],
            Of("beijing-22-fc34")[5..]);

    [Theory]
    [InlineData(Sl651SlotTimes.First, "DRP 0 mm @ 260701 06:00:00")]
    [InlineData(Sl651SlotTimes.Last, "DRP 0 mm @ 260701 05:05:00")]
    public void Which_time_slots_have_is_a_setting_by_station(Sl651SlotTimes times, string first)
    {
        string hex = Convert.ToHexString(Sl651Vector.Named("beijing-16-fc34").Frame);
        Assert.Equal(first, Sl651ReadingText.Of(hex, new() { SlotTimes = Sl651SlotTimes.RunningHour, StationSlotTimes = new Dictionary<string, Sl651SlotTimes> { ["0030700300"] = times } })[0]);
    }

    [Fact]
    public void A_uniform_report_gives_a_value_for_each_step()
    {
        var lines = Of("fujian-04-fc31");
        Assert.Equal(12, lines.Length);
        Assert.Equal("Z 28.96 m @ 221205 10:05:00", lines[0]);
        Assert.Equal("Z 28.96 m @ 221205 11:00:00", lines[11]);
    }

    [Fact]
    public void A_body_that_cannot_be_read_to_its_end_gives_what_came_before()
    {
        var lines = Of("rtu-hourly-vendor-arrays");
        Assert.Equal("PJ 0.5 mm @ 220621 12:00:00", lines[^2]);
        Assert.Equal("! bad_step at 126", lines[^1]);
    }

    [Fact]
    public void Units_of_the_standard_are_turned_into_registered_ones_without_rounding() => Assert.Equal(
        [
            "C 30.4 Cel @ 140612 02:00:00", "pH 11.22 pH @ 140612 02:00:00", "DO 0.0326 kg/m3 @ 140612 02:00:00", "COND 0.0125 S/m @ 140612 02:00:00",
            "TURB 100 @ 140612 02:00:00", "NH4N 0.03365 kg/m3 @ 140612 02:00:00", "TP 0.010222 kg/m3 @ 140612 02:00:00",
        ], Of("water-quality-timed-province-sample")[..7]);

    [Fact]
    public void A_level_of_nines_is_missing_unless_the_setting_says_otherwise()
    {
        Assert.Equal("Z NaN m @ 200314 19:18:00 Missing", Of("level-all-nines-5E89")[0]);
        string hex = Convert.ToHexString(Sl651Vector.Named("level-all-nines-5E89").Frame);
        Assert.Equal("Z 9999.999 m @ 200314 19:18:00", Sl651ReadingText.Of(hex, new() { NinesAreMissing = false })[0]);
    }

    [Fact]
    public void Texts_parameters_versions_and_counters_are_readings_and_a_password_is_none()
    {
        Assert.Equal(["RGZS 'Q 1.234' @ 221205 10:27:29"], Of("fujian-08-fc35"));
        Assert.Equal(["version 'V1.0.20220420' @ 221206 13:16:06"], Of("fujian-15-fc45"));
        Assert.Equal(["cfg.01 '00000000' @ 221206 12:49:17", "cfg.02 '1000000006' @ 221206 12:49:17"], Of("fujian-13-fc41"));
        Assert.Contains("cfg.28 10 m @ 170718 10:19:35", Of("yu-fc43-AF1B"));
        Assert.Contains("ERC.12 204 count @ 221206 14:27:31", Of("fujian-23-fc50"));
        Assert.Equal(32, Of("fujian-23-fc50").Length);
        Assert.Equal(["PIC 220 B @ 221205 16:15:00", "! missing_packets at 265"], Of("fujian-09-fc36"));
    }

    [Fact]
    public void An_ascii_frame_gives_the_same_datastreams() =>
        Assert.Equal(["Z 6.38 m @ 260909 08:00:00", "VT 12.5 V @ 260909 08:00:00"], Of("ascii-timed-report"));

    [Fact]
    public void Every_published_uplink_is_read_without_a_problem_but_those_with_a_reason()
    {
        string[] odd = ["rtu-hourly-vendor-arrays", "fujian-09-fc36"];
        foreach (var vector in Sl651Vector.Good.Where(vector => (string)vector.Expect["direction"]! == "up" && !odd.Contains(vector.Name)))
            Assert.DoesNotContain(Of(vector.Name), line => line.StartsWith('!'));
    }

    [Fact]
    public void A_downlink_has_no_readings()
    {
        foreach (var vector in Sl651Vector.Good.Where(vector => (string)vector.Expect["direction"]! == "down"))
            Assert.Empty(Of(vector.Name));
    }

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        var frames = Sl651Vector.Good.Select(vector => vector.Frame).ToArray();
        var reader = new Sl651FrameReader();
        var scanner = new Sl651FrameScanner();
        var into = new FieldFrame();
        int readings = 0;
        for (int round = 0; round < 3; round++)
            ReadAll();
        readings = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(readings, 300, 1000);

        void ReadAll()
        {
            foreach (byte[] frame in frames)
            {
                if (scanner.Scan(frame, isFinal: false).Outcome != FrameScanOutcome.Frame || reader.Read(frame, 0, into).Code is not null)
                    throw new InvalidOperationException("not read");
                readings += into.ReadingCount;
            }
        }
    }

    [Fact]
    public void The_memory_of_names_is_emptied_at_its_bound_and_nothing_is_lost()
    {
        var reader = new Sl651FrameReader(new() { MaxNames = 10 });
        var into = new FieldFrame();
        byte[] frame = Sl651Vector.Named("yu-fc32-A421").Frame;
        for (int station = 0; station < 1000; station++)
        {
            // The reader does not look at the CRC again. A relay's report: the address in the body is another one.
            (frame[6], frame[7]) = ((byte)(station >> 8), (byte)station);
            Assert.Null(reader.Read(frame, 0, into).Code);
            Assert.Equal($"001122{station:X4}", into.Station);
            Assert.Equal("0011223344/PJ", into.Readings[0].Element.Name);
            Assert.InRange(reader.NameCount, 1, 10);
        }
    }

    [Fact]
    public void Names_are_fit_for_catalogue_files_and_told_apart()
    {
        var fields = Sl651Elements.Known.Concat(Sl651Parameters.Known).Select(element => element.Field)
            .Concat(Enumerable.Range(0, 256).Select(code => Sl651Elements.Of(0xFF00 + code).Field)).ToArray();
        Assert.All(fields, field => Assert.Matches("^[A-Za-z0-9][A-Za-z0-9:./_-]{0,254}$", field.Name));
        Assert.All(fields, field => Assert.NotEqual(Readings.Units.UnitRegistry.Unknown, field.UnitId));
        Assert.Equal(fields.Length, fields.Select(field => field.Name).Distinct().Count());
    }

    private static string[] Of(string name) => Sl651ReadingText.Of(Convert.ToHexString(Sl651Vector.Named(name).Frame));
}
