using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Tests.Sources.Sparkplug;

public sealed class SparkplugHostTests : IAsyncDisposable
{
    private const AdmissionTicketKind In = AdmissionTicketKind.Appended;
    private const AdmissionTicketKind Unreadable = AdmissionTicketKind.AppendedUnreadable;

    private readonly SparkplugRig rig = new();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Data_by_alias_has_the_name_of_its_birth_in_the_log_itself()
    {
        Assert.Equal(In, rig.NodeBirth(0, 1, new Metric("voltage", 1, 12.75)));
        Assert.Equal(In, rig.DeviceBirth("manhole-7", 1, new Metric("Level", 2, 1)));
        Assert.Equal(In, rig.NodeData(2, new Metric(null, 1, 12.5, null)));
        Assert.Equal(In, rig.DeviceData("manhole-7", 3, new Metric(null, 2, 1.5, null)));
        Assert.Equal(["gw01/voltage=12.75", "gw01/manhole-7:Level=1", "gw01/voltage=12.5", "gw01/manhole-7:Level=1.5"], rig.Readings());
        Assert.All(rig.Ingest.LogRecords(), record => Assert.Equal("sensorgrid/v1/drainage/gw01/sparkplug", record.Topic));
        await rig.PassAsync(10);
        Assert.Empty(rig.Asked);
    }

    [Fact]
    public void What_arrived_stands_in_the_log_byte_for_byte_in_front()
    {
        byte[] birth = SparkplugRig.Payload(0, 1, new Metric("voltage", 1, 12.75));
        byte[] data = SparkplugRig.Payload(1, null, new Metric(null, 1, 12.5, null));
        byte[] early = SparkplugRig.Payload(7, null, new Metric(null, 1, 12.5, null));
        byte[] broken = [0x12, 0x05, 0x0A];
        rig.Send(SparkplugMessageType.NodeBirth, birth);
        rig.Send(SparkplugMessageType.NodeData, data);
        rig.Send(SparkplugMessageType.NodeData, early);
        rig.Send(SparkplugMessageType.NodeData, broken);
        var records = rig.Ingest.LogRecords();
        Assert.Equal(4, records.Count);
        Assert.All(new[] { birth, data, early, broken }.Zip(records), pair => Assert.True(pair.Second.Payload.Span.StartsWith(pair.First)));
        Assert.Equal(broken, records[3].Payload.ToArray());
    }

    [Fact]
    public async Task In_order_with_wrap_and_an_absent_seq_for_zero()
    {
        Assert.Equal(In, rig.NodeBirth(254, 1));
        Assert.Equal(In, rig.NodeData(255));
        Assert.Equal(In, rig.Send(SparkplugMessageType.DeviceBirth, SparkplugRig.Payload(null, null, new Metric("Level", 1, 1)), "d").Kind);
        Assert.Equal(In, rig.DeviceData("d", 1, new Metric(null, 1, 2)));
        await rig.PassAsync(10);
        Assert.Empty(rig.Asked);
        Assert.Equal(["gw01/d:Level=1", "gw01/d:Level=2"], rig.Readings());
    }

    [Fact]
    public async Task A_gap_is_given_up_after_the_reorder_timeout_and_births_are_asked_for()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 1));
        rig.NodeData(1, new Metric(null, 1, 2));
        Assert.Equal(In, rig.NodeData(5, new Metric(null, 1, 3)));
        await rig.PassAsync(1.9);
        Assert.Empty(rig.Asked);
        await rig.PassAsync(0.2);
        Assert.Equal(["spBv1.0/drainage/NCMD/gw01"], rig.Asked);
        var request = rig.Publisher.Messages.Last();
        Assert.True(request is { AtMostOnce: true, IsBinary: true, Retain: false });
        Assert.Equal(SparkplugCommands.RebirthRequest((ulong)rig.Time.GetUtcNow().ToUnixTimeMilliseconds()), request.Payload.ToArray());
        // What came by an alias is not trusted: the birth that gave it a meaning may be what is missing.
        Assert.Equal(["gw01/voltage=1", "gw01/voltage=2"], rig.Readings());
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 4));
        rig.NodeData(1, new Metric(null, 1, 5));
        Assert.Equal(["gw01/voltage=4", "gw01/voltage=5"], rig.Readings()[2..]);
        await rig.PassAsync(600);
        Assert.Single(rig.Asked);
    }

    [Fact]
    public async Task Metrics_that_say_their_names_survive_a_gap()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", null, 1));
        rig.NodeData(5, new Metric("voltage", null, 3));
        await rig.PassAsync(3);
        rig.NodeData(6, new Metric("voltage", null, 4));
        Assert.Equal(["gw01/voltage=1", "gw01/voltage=3", "gw01/voltage=4"], rig.Readings());
        Assert.Single(rig.Asked);
    }

    [Fact]
    public async Task A_late_message_fills_the_gap_and_what_waited_follows_in_order()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        rig.NodeData(3, new Metric(null, 1, 3));
        rig.NodeData(2, new Metric(null, 1, 2));
        Assert.Equal(["gw01/voltage=0"], rig.Readings());
        rig.NodeData(1, new Metric(null, 1, 1));
        Assert.Equal(["gw01/voltage=0", "gw01/voltage=1", "gw01/voltage=2", "gw01/voltage=3"], rig.Readings());
        await rig.PassAsync(10);
        Assert.Empty(rig.Asked);
    }

    [Fact]
    public async Task What_waits_when_a_birth_comes_is_of_a_session_that_is_over()
    {
        rig.NodeBirth(50, 1, new Metric("a", 1, 0), new Metric("b", 2, 0));
        rig.NodeData(60, new Metric("a", 1, 1));
        // Of a session whose birth with seq 0 is lost: the next birth has the same numbers and other aliases.
        rig.NodeData(1, new Metric(null, 1, 99));
        rig.NodeData(2, new Metric(null, 1, 99));
        rig.NodeBirth(0, 3, new Metric("a", 2, 3), new Metric("b", 1, 3));
        Assert.DoesNotContain(rig.Readings(), reading => reading.EndsWith("=99", StringComparison.Ordinal));
        Assert.Contains("gw01/a=1", rig.Readings());
        rig.NodeData(1, new Metric(null, 1, 4));
        Assert.Equal("gw01/b=4", rig.Readings().Last());
        await rig.PassAsync(10);
        Assert.Empty(rig.Asked);
    }

    [Fact]
    public async Task More_messages_than_may_wait_end_the_wait()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        for (int i = 0; i < rig.Options.ReorderMessages; i++)
            rig.NodeData(2 + i, new Metric("voltage", 1, 2 + i));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
        Assert.Equal(1 + rig.Options.ReorderMessages, rig.Readings().Count);
    }

    [Fact]
    public async Task Data_before_a_birth_asks_for_it_and_counts_only_what_says_its_name()
    {
        Assert.Equal(Unreadable, rig.NodeData(1, new Metric(null, 1, 2)));
        Assert.Equal(In, rig.NodeData(2, new Metric("voltage", 1, 3)));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
        Assert.Equal(["gw01/voltage=3"], rig.Readings());
        Assert.Equal(1, rig.Ingest.Metrics.Rejected["sparkplug_unresolved"]);
    }

    [Fact]
    public async Task Device_data_before_its_birth_asks_for_it()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        // An alias of the edge node is none of the device.
        Assert.Equal(Unreadable, rig.DeviceData("d", 1, new Metric(null, 1, 2)));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
        Assert.Equal(["gw01/voltage=0"], rig.Readings());
    }

    [Fact]
    public async Task An_unknown_alias_asks_for_a_birth_and_the_rest_of_the_message_counts()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        Assert.Equal(In, rig.NodeData(1, new Metric(null, 9, 7), new Metric(null, 1, 2)));
        Assert.Equal(["gw01/voltage=0", "gw01/voltage=2"], rig.Readings());
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
    }

    [Fact]
    public async Task Another_datatype_than_in_the_birth_asks_for_one()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        rig.NodeData(1, new Metric("voltage", 1, 1, SparkplugDatatype.Float));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
    }

    [Fact]
    public void The_last_of_two_aliases_that_are_the_same_holds()
    {
        rig.NodeBirth(0, 1, new Metric("a", 1, 0), new Metric("b", 1, 0));
        rig.NodeData(1, new Metric(null, 1, 5));
        Assert.Equal("gw01/b=5", rig.Readings().Last());
    }

    [Fact]
    public void An_alias_that_is_left_out_is_zero()
    {
        rig.NodeBirth(0, 1, new Metric("a", 0, 0));
        rig.NodeData(1, new Metric(null, null, 5));
        Assert.Equal("gw01/a=5", rig.Readings().Last());
    }

    [Fact]
    public async Task The_death_of_an_older_connection_is_none()
    {
        rig.NodeBirth(0, 4, new Metric("voltage", 1, 0));
        rig.NodeBirth(0, 5, new Metric("voltage", 1, 1));
        Assert.Equal(In, rig.NodeDeath(4));
        rig.NodeData(1, new Metric(null, 1, 2));
        await rig.PassAsync(10);
        Assert.Equal(["gw01/voltage=0", "gw01/voltage=1", "gw01/voltage=2"], rig.Readings());
        Assert.Empty(rig.Asked);
    }

    [Fact]
    public async Task A_death_makes_everything_of_the_edge_node_and_its_devices_missing()
    {
        rig.NodeBirth(0, 5, new Metric("voltage", 1, 0));
        rig.DeviceBirth("d", 1, new Metric("Level", 2, 1));
        Assert.Equal(In, rig.NodeDeath(5));
        Assert.Equal(["gw01/d:Level=missing", "gw01/voltage=missing"], rig.Readings()[2..].Order());
        // A second one has nothing more to say.
        rig.NodeDeath(5);
        Assert.Equal(4, rig.Readings().Count);
        Assert.Equal(Unreadable, rig.NodeData(2, new Metric(null, 1, 2)));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
    }

    [Fact]
    public void A_birth_turns_the_gateway_on_and_the_death_of_this_session_alone_turns_it_off()
    {
        bool? online() => rig.Ingest.Register.Find(SparkplugRig.Edge)?.Status?.Online;
        rig.NodeData(3, new Metric("voltage", null, 1));
        Assert.Null(online());
        rig.NodeDeath(1);
        Assert.Null(online());
        rig.NodeBirth(0, 1);
        rig.NodeBirth(0, 2);
        Assert.True(online());
        rig.NodeDeath(1);
        Assert.True(online());
        rig.DeviceBirth("d", 1);
        rig.DeviceDeath("d", 2);
        Assert.True(online());
        rig.NodeDeath(2);
        Assert.False(online());
        rig.NodeData(3, new Metric("voltage", null, 1));
        Assert.False(online());
        rig.NodeBirth(0, 3);
        Assert.True(online());
    }

    [Fact]
    public async Task A_dead_device_is_missing_and_its_data_asks_for_a_birth()
    {
        rig.NodeBirth(0, 5, new Metric("voltage", 1, 0));
        rig.DeviceBirth("d", 1, new Metric("Level", 2, 1));
        rig.DeviceDeath("d", 2);
        Assert.Equal(["gw01/d:Level=missing"], rig.Readings()[2..]);
        await rig.PassAsync(10);
        Assert.Empty(rig.Asked);
        Assert.Equal(Unreadable, rig.DeviceData("d", 3, new Metric(null, 2, 2)));
        await rig.PassAsync(0.1);
        Assert.Single(rig.Asked);
        rig.DeviceBirth("d", 4, new Metric("Level", 3, 7));
        rig.DeviceData("d", 5, new Metric(null, 3, 8));
        Assert.Equal(["gw01/d:Level=7", "gw01/d:Level=8"], rig.Readings()[3..]);
    }

    [Fact]
    public void A_death_that_silences_more_than_a_record_holds_is_several_records()
    {
        var metrics = Enumerable.Range(0, 400).Select(i => new Metric($"{new string('n', 80)}{i}", (ulong)i, i)).ToArray();
        rig.NodeBirth(0, 5, metrics);
        rig.DeviceBirth("d", 1, metrics);
        rig.DeviceBirth("e", 2, metrics);
        rig.NodeDeath(5);
        Assert.Equal(1200, rig.Readings().Skip(1200).Count(reading => reading.EndsWith("=missing", StringComparison.Ordinal)));
        Assert.Equal(1200, rig.Readings().Skip(1200).Distinct(StringComparer.Ordinal).Count());
        Assert.True(rig.Ingest.LogRecords().Count > 4);
    }

    [Fact]
    public async Task Requests_to_one_that_never_answers_come_after_growing_pauses()
    {
        var asked = new List<double>();
        for (int tick = 0; tick < 12_000; tick++)
        {
            rig.Send(SparkplugMessageType.NodeData, [0x08]);
            int before = rig.Asked.Count();
            await rig.PassAsync(0.1);
            if (rig.Asked.Count() > before)
                asked.Add(tick / 10.0);
            if (tick > 50)
                tick += 9;
            if (tick > 50)
                rig.Time.Advance(TimeSpan.FromSeconds(0.9));
        }
        var pauses = asked.Zip(asked.Skip(1), (first, second) => second - first).ToList();
        Assert.InRange(pauses[0], 0.99, 1.2);
        Assert.InRange(pauses[1], 1.99, 2.2);
        Assert.True(pauses.Zip(pauses.Skip(1)).All(pair => pair.Second >= pair.First - 1.1), string.Join(' ', pauses));
        Assert.InRange(pauses.Last(), 299, 302);
    }

    [Fact]
    public async Task Requests_to_many_are_spread()
    {
        for (int i = 0; i < 50; i++)
            rig.Send(SparkplugMessageType.NodeData, [0x08], gateway: null, edge: $"e{i}");
        await rig.PassAsync(0.1);
        Assert.Equal(rig.Options.RebirthsPerSecond / 10, rig.Asked.Count());
        for (int i = 0; i < 9; i++)
            await rig.PassAsync(0.1);
        Assert.Equal(50, rig.Asked.Distinct().Count());
    }

    [Fact]
    public void Another_gateways_edge_node_is_refused_and_leaves_no_trace()
    {
        var ticket = rig.Send(SparkplugMessageType.NodeBirth, SparkplugRig.Payload(0, 1, new Metric("a", 1, 1)), gateway: "gw02");
        Assert.Equal((AdmissionTicketKind.NotAllowed, NotAllowedReason.OtherGateway), (ticket.Kind, ticket.NotAllowedReason));
        Assert.Empty(rig.Ingest.LogRecords());
        // It could not define anything either.
        Assert.Equal(Unreadable, rig.NodeData(1, new Metric(null, 1, 2)));
    }

    [Theory]
    [InlineData("spBv1.0/drainage/NCMD/gw01")]
    [InlineData("spBv1.0/drainage/NDATA/gw01/device")]
    [InlineData("spBv1.0/STATE/sensorgrid")]
    [InlineData("spBv1.0/drainage/FOO/gw01")]
    [InlineData("spBv1.0/")]
    public void What_no_edge_node_may_publish_is_refused(string topic)
    {
        var ticket = rig.Host.Admit(Messages.Incoming([], topic, "gw01"));
        Assert.Equal(AdmissionTicketKind.NotAllowed, ticket.Kind);
        Assert.Empty(rig.Ingest.LogRecords());
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_refused_and_one_at_the_limit_is_taken_with_what_is_added()
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(1);
        writer.Seq(0);
        writer.Body(new byte[rig.Ingest.Options.MaxPayloadBytes - 13]);
        Assert.Equal(rig.Ingest.Options.MaxPayloadBytes - 5, writer.Written.Length);
        Assert.Equal(In, rig.Send(SparkplugMessageType.NodeBirth, writer.Written.ToArray()).Kind);
        writer.Body(new byte[10]);
        Assert.Equal(NotAllowedReason.PayloadTooLarge, rig.Send(SparkplugMessageType.NodeBirth, writer.Written.ToArray()).NotAllowedReason);
    }

    [Theory]
    [InlineData(3000, 1 << 20, 2)]
    [InlineData(3000, 100_000, 11)]
    [InlineData(1000, 1 << 20, 1)]
    public async Task A_message_whose_names_fit_in_no_record_is_several_and_loses_nothing(int metrics, int maxReportBytes, int records)
    {
        await using var host = new SparkplugRig(ingest: new() { MaxReportBytes = maxReportBytes });
        string name = new('n', 200), other = new('o', 200);
        Assert.Equal(In, host.NodeBirth(0, 1, new(name, 1, -1), new(other, 2, -2)));
        byte[] payload = SparkplugRig.Payload(1, null, [.. Enumerable.Range(0, metrics).Select(i => new Metric(null, (ulong)(1 + i % 2), i, null))]);
        Assert.True(payload.Length <= host.Ingest.Options.MaxPayloadBytes && metrics * 200 > SparkplugLimits.Record - payload.Length == metrics > 2300);

        var ticket = host.Send(SparkplugMessageType.NodeData, payload);

        Assert.Equal(In, ticket.Kind);
        var written = host.Ingest.LogRecords().Skip(1).ToList();
        Assert.Equal(records, written.Count);
        // Its answer waits for the last of them.
        Assert.Equal(written[^1].Sequence, ticket.Sequence);
        Assert.All(written, record => Assert.True(record.Payload.Length <= Math.Min(SparkplugLimits.Record, maxReportBytes) && record.Payload.Span.StartsWith(payload)));
        Assert.Equal(Enumerable.Range(0, metrics).Select(i => $"gw01/{(i % 2 == 0 ? name : other)}={i}"), host.Readings().Skip(2));
        // The session has moved on by one message.
        Assert.Equal(In, host.NodeData(2, new Metric(null, 1, 7, null)));
        Assert.Equal($"gw01/{name}=7", host.Readings()[^1]);
    }

    [Fact]
    public async Task Edge_nodes_beyond_the_bound_are_kept_unread()
    {
        await using var small = new SparkplugRig(new() { Enabled = true, MaxNodes = 1 });
        Assert.Equal(In, small.NodeBirth(0, 1, new Metric("a", 1, 1)));
        var ticket = small.Send(SparkplugMessageType.NodeBirth, SparkplugRig.Payload(0, 1, new Metric("a", 1, 1)), gateway: "gw02", edge: "gw02");
        Assert.Equal((Unreadable, PayloadReason.SparkplugUnresolved), (ticket.Kind, ticket.PayloadReason));
    }

    [Fact]
    public async Task Metrics_beyond_the_bound_have_no_alias()
    {
        await using var small = new SparkplugRig(new() { Enabled = true, MaxMetricsPerNode = 2 });
        small.NodeBirth(0, 1, new Metric("a", 1, 1));
        small.DeviceBirth("d", 1, new Metric("b", 2, 1));
        Assert.Equal(Unreadable, small.DeviceData("d", 2, new Metric(null, 2, 1)));
        Assert.Equal(["gw01/a=1", "gw01/d:b=1"], small.Readings());
    }

    [Fact]
    public void Compressed_data_is_resolved_by_what_is_inside()
    {
        rig.NodeBirth(0, 1, new Metric("voltage", 1, 0));
        foreach (var algorithm in new[] { SparkplugAlgorithm.Deflate, SparkplugAlgorithm.Gzip })
        {
            byte[] inner = SparkplugRig.Payload((int)algorithm, null, new Metric(null, 1, (double)algorithm, null));
            Assert.Equal(In, rig.Send(SparkplugMessageType.NodeData, SparkplugCompression.Compress(inner, algorithm)).Kind);
        }
        Assert.Equal(["gw01/voltage=0", "gw01/voltage=1", "gw01/voltage=2"], rig.Readings());
    }

    [Fact]
    public async Task Says_that_it_is_there_and_that_it_goes()
    {
        rig.Publisher.Outcome = PublishOutcome.Unavailable;
        await rig.PassAsync(0.1);
        rig.Publisher.Outcome = PublishOutcome.Published;
        await rig.PassAsync(0.1);
        await rig.PassAsync(0.1);
        await rig.Loop.LeaveAsync(CancellationToken.None);
        await rig.PassAsync(0.1);
        var states = rig.Publisher.Messages.Where(message => message.Topic == "spBv1.0/STATE/sensorgrid").ToList();
        Assert.All(states, state => Assert.True(state is { Retain: true, AtMostOnce: false }));
        Assert.Equal([true, true, false], states.Select(state => SparkplugState.TryRead(state.Payload.Span, out var said) && said.Online));
    }

    [Fact]
    public void Telemetry_passes_through()
    {
        var ticket = rig.Host.Admit(Messages.Incoming(Messages.Pack()));
        Assert.Equal(In, ticket.Kind);
        Assert.Equal(["water-gw-1/stage=1.5"], rig.Readings());
    }

    [Fact]
    public async Task Whoever_waits_for_the_disk_is_answered_when_it_is_there()
    {
        var message = Messages.Incoming(SparkplugRig.Payload(0, 1, new Metric("a", 1, 1)), "spBv1.0/drainage/NBIRTH/gw01", gateway: null);
        var result = await rig.Host.AdmitAsync(message);
        Assert.Equal(AdmissionOutcome.Accepted, result.Outcome);
        Assert.True(rig.Host.DurableSequence >= result.Sequence);
        var unreadable = await rig.Host.AdmitAsync(Messages.Incoming([0x08], "spBv1.0/drainage/NDATA/gw01", gateway: null));
        Assert.Equal((AdmissionOutcome.PayloadUnreadable, PayloadReason.Sparkplug), (unreadable.Outcome, unreadable.PayloadReason));
    }

    [Theory]
    [InlineData("spBv1.0/g/NCMD/gw01", true)]
    [InlineData("spBv1.0/g/NCMD/gw01/#", true)]
    [InlineData("spBv1.0/+/NCMD/gw01", true)]
    [InlineData("spBv1.0/g/DCMD/gw01/#", true)]
    [InlineData("spBv1.0/g/DCMD/gw01/+", true)]
    [InlineData("spBv1.0/g/DCMD/gw01/d", true)]
    [InlineData("spBv1.0/STATE/sensorgrid", true)]
    [InlineData("spBv1.0/STATE/+", true)]
    [InlineData("spBv1.0/STATE/#", true)]
    [InlineData("STATE/#", true)]
    [InlineData("spBv1.0/g/NCMD/gw02", false)]
    [InlineData("spBv1.0/g/NCMD/+", false)]
    [InlineData("spBv1.0/g/NCMD/#", false)]
    [InlineData("spBv1.0/#", false)]
    [InlineData("spBv1.0/g/#", false)]
    [InlineData("spBv1.0/+/+/gw01", false)]
    [InlineData("spBv1.0/g/NDATA/gw01", false)]
    [InlineData("spBv1.0/g/NCMD/gw01/d/e", false)]
    [InlineData("sensorgrid/v1/drainage/gw01/commands", false)]
    [InlineData("#", false)]
    public void An_edge_node_may_subscribe_to_its_own_commands_and_to_states(string filter, bool may) =>
        Assert.Equal(may, SparkplugAccess.MaySubscribe("gw01", filter));

    [Fact]
    public void Options_that_contradict_each_other_are_told()
    {
        Assert.Empty(new SparkplugOptions().Validate());
        Assert.Single(new SparkplugOptions { HostId = "a/b" }.Validate());
        Assert.Single(new SparkplugOptions { RebirthFirst = TimeSpan.FromMinutes(10) }.Validate());
        Assert.Single(new SparkplugOptions { ReorderMessages = 0 }.Validate());
    }
}
