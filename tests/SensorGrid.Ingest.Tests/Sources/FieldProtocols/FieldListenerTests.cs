using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Tests.Sources.FieldProtocols;

public sealed class FieldListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_report_is_kept_as_it_came_and_answered()
    {
        await using var rig = await ListenerRig.StartAsync(new() { Domain = "drainage" });
        await using var station = await rig.ConnectAsync();
        byte[] report = TinyProtocol.Report("0001", 60, 7);

        await station.WriteAsync(report);
        Assert.Equal(TinyProtocol.Answer("0001", 60), await ReadAsync(station, 6));

        var record = Assert.Single(rig.Ingest.LogRecords(), record => record.Kind == ReadingLogKind.Payload);
        Assert.Equal("sensorgrid/v1/drainage/0001/sl651", record.Topic);
        Assert.Equal("0001", record.Principal);
        Assert.Equal("sl651", record.Source);
        Assert.Equal(report, record.Payload.ToArray());
        Assert.True(rig.Ingest.Datastreams.TryFind(new("0001", "level"), out _));
    }

    [Fact]
    public async Task The_answer_waits_for_the_disk()
    {
        using var disk = new GatedDisk();
        await using var rig = await ListenerRig.StartAsync(disk: disk);
        await using var station = await rig.ConnectAsync();
        disk.Hold();
        await station.WriteAsync(TinyProtocol.Report("0001", 60, 7));
        var answer = ReadAsync(station, 6);
        await Eventually.TrueAsync(() => disk.Waiting > 0);
        Assert.False(answer.IsCompleted);
        disk.LetGo();
        Assert.Equal(TinyProtocol.Answer("0001", 60), await answer);
    }

    [Fact]
    public async Task Noise_and_broken_frames_cost_nothing_but_themselves()
    {
        await using var rig = await ListenerRig.StartAsync();
        await using var station = await rig.ConnectAsync();
        byte[] broken = TinyProtocol.Report("0001", 1, 1);
        broken[^1]++;
        await station.WriteAsync((byte[])[1, 2, 3, .. broken, .. TinyProtocol.Report("0001", 2, 2), 9, .. TinyProtocol.Report("0001", 3, 3)]);
        Assert.Equal((byte[])[.. TinyProtocol.Answer("0001", 2), .. TinyProtocol.Answer("0001", 3)], await ReadAsync(station, 12));
        Assert.Equal(2, rig.Ingest.LogRecords().Count(record => record.Kind == ReadingLogKind.Payload));
    }

    [Fact]
    public async Task What_was_heard_of_a_station_is_known_and_what_belongs_to_none_stands_apart()
    {
        await using var rig = await ListenerRig.StartAsync();
        await using (var station = await rig.ConnectAsync())
        {
            byte[] broken = TinyProtocol.Report("0001", 1, 1);
            broken[^1]++;
            // The first one comes before anybody knows who is at the other end.
            await station.WriteAsync((byte[])
                [.. broken, .. TinyProtocol.Report("0001", 2, 2), .. broken, .. TinyProtocol.Report("0001", 3, TinyProtocol.Unreadable), .. TinyProtocol.Report("/../", 4, 4)]);
            await ReadAsync(station, 12);
            await Eventually.TrueAsync(() => rig.Listener.ReadStrangers().Refused.ContainsKey("bad_station"));

            var heard = rig.Listener.ReadHeard("0001")!;
            Assert.Equal((1L, 1L, 1), (heard.Good, heard.PartlyBad, heard.Connections));
            Assert.Equal(new KeyValuePair<string, long>("bad_sum", 1), Assert.Single(heard.Refused));
            Assert.Equal(("not_a_number", "byte 11"), (heard.LastProblem!.Code, heard.LastProblem.Detail!.Split(", ")[1]));
            Assert.NotNull(heard.HeardAtTicks);
            Assert.Equal(["bad_station 1", "bad_sum 1"], rig.Listener.ReadStrangers().Refused.Select(reason => $"{reason.Key} {reason.Value}").Order());
        }
        await Eventually.TrueAsync(() => rig.Listener.ReadHeard("0001")!.Connections == 0);
        Assert.Equal(["0001"], rig.Listener.ReadHeardAddresses());
        Assert.Null(rig.Listener.ReadHeard("/../"));
    }

    [Fact]
    public async Task A_hole_is_told_while_it_is_being_refilled()
    {
        uint now = (uint)(TimeProvider.System.GetUtcNow().UtcDateTime - TinyProtocol.Epoch).TotalSeconds;
        uint stored = now - 5 * 3600;
        await using var rig = await ListenerRig.StartAsync(newestStored: _ => TicksAt(stored));
        await using var station = await rig.ConnectAsync();
        await station.WriteAsync(TinyProtocol.Report("0001", now, 2));
        await ReadAsync(station, 6 + TinyProtocol.Question("0001", stored, now).Length);

        Assert.Equal(new StationGap(TicksAt(stored) + 1, TicksAt(now)), Assert.Single(rig.Listener.ReadHeard("0001")!.Holes));

        for (uint hour = 1; hour <= 4; hour++)
            await station.WriteAsync(TinyProtocol.Report("0001", stored + hour * 3600, 2));
        await ReadAsync(station, 4 * 6);
        await Eventually.TrueAsync(() => rig.Listener.ReadHeard("0001")!.Holes.Count == 0);

        static long TicksAt(uint seconds) => TinyProtocol.Epoch.Ticks + seconds * TimeSpan.TicksPerSecond;
    }

    [Fact]
    public async Task Several_stations_share_a_connection()
    {
        await using var rig = await ListenerRig.StartAsync();
        await using var relay = await rig.ConnectAsync();
        await relay.WriteAsync((byte[])[.. TinyProtocol.Report("0001", 2, 2), .. TinyProtocol.Report("0002", 3, 3)]);
        Assert.Equal((byte[])[.. TinyProtocol.Answer("0001", 2), .. TinyProtocol.Answer("0002", 3)], await ReadAsync(relay, 12));
        Assert.Equal(
            ["sensorgrid/v1/water/0001/sl651", "sensorgrid/v1/water/0002/sl651"],
            rig.Ingest.LogRecords().Where(record => record.Kind == ReadingLogKind.Payload).Select(record => record.Topic));
    }

    [Fact]
    public async Task A_station_whose_address_cannot_be_an_id_is_not_acknowledged()
    {
        await using var rig = await ListenerRig.StartAsync();
        await using var station = await rig.ConnectAsync();
        await station.WriteAsync((byte[])[.. TinyProtocol.Report("/../", 2, 2), .. TinyProtocol.Report("0002", 3, 3)]);
        Assert.Equal(TinyProtocol.Answer("0002", 3), await ReadAsync(station, 6));
        Assert.Single(rig.Ingest.LogRecords(), record => record.Kind == ReadingLogKind.Payload);
    }

    [Fact]
    public async Task A_peer_that_speaks_something_else_is_let_go()
    {
        await using var rig = await ListenerRig.StartAsync(new() { MaxBytesWithoutFrame = 2000 });
        await using var stranger = await rig.ConnectAsync();
        await stranger.WriteAsync(new byte[5000]);
        Assert.Equal(0, await stranger.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_silent_peer_is_let_go()
    {
        await using var rig = await ListenerRig.StartAsync(new() { FirstFrameTimeout = TimeSpan.FromSeconds(1), FrameTimeout = TimeSpan.FromSeconds(1) });
        await using var silent = await rig.ConnectAsync();
        Assert.Equal(0, await silent.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task The_session_ends_the_connection_when_it_wants_to()
    {
        await using var rig = await ListenerRig.StartAsync();
        await using var station = await rig.ConnectAsync();
        await station.WriteAsync(TinyProtocol.Report("0001", 2, 2, 'X'));
        Assert.Equal(0, await station.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task Connections_from_one_address_are_bounded()
    {
        await using var rig = await ListenerRig.StartAsync(new() { MaxConnectionsPerAddress = 1 });
        await using var first = await rig.ConnectAsync();
        await first.WriteAsync(TinyProtocol.Report("0001", 2, 2));
        await ReadAsync(first, 6);
        // Reset at once: the second sees that when it connects, or when it reads.
        try
        {
            await using var second = await rig.ConnectAsync();
            Assert.Equal(0, await ReadOrResetAsync(second));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
        Assert.Equal(1, rig.Listener.State.Peers);
    }

    [Fact]
    public async Task A_hole_since_the_newest_stored_reading_is_asked_for()
    {
        uint now = (uint)(TimeProvider.System.GetUtcNow().UtcDateTime - TinyProtocol.Epoch).TotalSeconds;
        long stored = TinyProtocol.Epoch.Ticks + (now - 5 * 3600) * TimeSpan.TicksPerSecond;
        await using var rig = await ListenerRig.StartAsync(newestStored: station => station == "0001" ? stored : null);
        await using var station = await rig.ConnectAsync();
        await station.WriteAsync(TinyProtocol.Report("0001", now, 2));
        Assert.Equal(
            (byte[])[.. TinyProtocol.Answer("0001", now), .. TinyProtocol.Question("0001", now - 5 * 3600, now)], await ReadAsync(station, 6 + 13));

        // The answer of the station closes the hole: a new connection is not asked again, an unheard-of station never.
        await station.WriteAsync(TinyProtocol.Report("0001", now - 3 * 3600, 2));
        await ReadAsync(station, 6);
        await using var again = await rig.ConnectAsync();
        await again.WriteAsync((byte[])[.. TinyProtocol.Report("0001", now + 1, 2), .. TinyProtocol.Report("0009", now, 2), .. TinyProtocol.Report("0009", now + 1, 2)]);
        Assert.Equal(
            (byte[])[.. TinyProtocol.Answer("0001", now + 1), .. TinyProtocol.Answer("0009", now), .. TinyProtocol.Answer("0009", now + 1)], await ReadAsync(again, 18));
    }

    [Fact]
    public async Task A_hole_that_was_not_filled_is_asked_for_on_the_next_connection()
    {
        uint now = (uint)(TimeProvider.System.GetUtcNow().UtcDateTime - TinyProtocol.Epoch).TotalSeconds;
        long stored = TinyProtocol.Epoch.Ticks + (now - 5 * 3600) * TimeSpan.TicksPerSecond;
        await using var rig = await ListenerRig.StartAsync(newestStored: _ => stored);
        byte[] question = TinyProtocol.Question("0001", now - 5 * 3600, now);
        await using (var station = await rig.ConnectAsync())
        {
            await station.WriteAsync(TinyProtocol.Report("0001", now, 2));
            await ReadAsync(station, 6 + question.Length);
        }
        await using var again = await rig.ConnectAsync();
        await again.WriteAsync(TinyProtocol.Report("0001", now + 1, 2));
        Assert.Equal((byte[])[.. TinyProtocol.Answer("0001", now + 1), .. question], await ReadAsync(again, 6 + question.Length));
    }

    [Fact]
    public async Task Datagrams_are_kept_and_answered_to_where_they_came_from()
    {
        await using var rig = await ListenerRig.StartAsync();
        using var station = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var centre = new IPEndPoint(IPAddress.Loopback, rig.DatagramPort);
        await station.SendAsync((byte[])[5, .. TinyProtocol.Report("0001", 2, 2), .. TinyProtocol.Report("0001", 3, 3)], centre);
        Assert.Equal(TinyProtocol.Answer("0001", 2), (await station.ReceiveAsync().WaitAsync(Patience)).Buffer);
        Assert.Equal(TinyProtocol.Answer("0001", 3), (await station.ReceiveAsync().WaitAsync(Patience)).Buffer);
        Assert.Equal(2, rig.Ingest.LogRecords().Count(record => record.Kind == ReadingLogKind.Payload));
        Assert.Equal(1, rig.Listener.State.Peers);
    }

    [Fact]
    public async Task A_new_datagram_peer_takes_the_place_of_the_one_silent_longest_but_noise_does_not()
    {
        await using var rig = await ListenerRig.StartAsync(new() { MaxConnections = 1 });
        var centre = new IPEndPoint(IPAddress.Loopback, rig.DatagramPort);
        using var first = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await first.SendAsync(TinyProtocol.Report("0001", 2, 2), centre);
        await first.ReceiveAsync().WaitAsync(Patience);
        using var second = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await second.SendAsync(new byte[100], centre);
        await second.SendAsync(TinyProtocol.Report("0002", 3, 3), centre);
        Assert.Equal(TinyProtocol.Answer("0002", 3), (await second.ReceiveAsync().WaitAsync(Patience)).Buffer);
        Assert.Equal(1, rig.Listener.State.Peers);
    }

    [Fact]
    public async Task Datagrams_from_another_port_are_of_the_same_station_and_a_connection_beside_them_is_another()
    {
        await using var rig = await ListenerRig.StartAsync();
        var centre = new IPEndPoint(IPAddress.Loopback, rig.DatagramPort);
        for (uint port = 0; port < 2; port++)
        {
            using var station = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            await station.SendAsync(TinyProtocol.Report("0001", port, 2), centre);
            await station.ReceiveAsync().WaitAsync(Patience);
        }
        Assert.Equal("udp", Assert.Single(Assert.Single(rig.Listener.ReadConnected()).Lines).Transport);

        await using var connection = await rig.ConnectAsync();
        await connection.WriteAsync(TinyProtocol.Report("0001", 9, 2));
        await ReadAsync(connection, 6);
        Assert.Equal(["tcp", "udp"], Assert.Single(rig.Listener.ReadConnected()).Lines.Select(line => line.Transport));
        await connection.DisposeAsync();
        await Eventually.TrueAsync(() => rig.Listener.ReadConnected().Single().Lines.Count == 1);
    }

    [Fact]
    public async Task A_fire_device_is_denied_what_is_broken_and_what_the_disk_cannot_take()
    {
        using var disk = new GatedDisk();
        var quiet = new FieldCentreOptions { Gb26875 = new() { SetClock = false, AskOnConnect = false } };
        await using var rig = await ListenerRig.StartAsync(new() { Domain = "fire" }, disk: disk, kit: FieldKits.Of(FieldFormats.Of(FieldProtocol.Gb26875), quiet));
        await using var device = await rig.ConnectAsync();
        byte[] broken = FireUpload(7);
        broken[^3]++;

        await device.WriteAsync((byte[])[.. broken, .. FireUpload(8)]);
        Assert.Equal((Gb26875Command.Deny, 7), await ReadAnswerAsync(device));
        Assert.Equal((Gb26875Command.Confirm, 8), await ReadAnswerAsync(device));
        Assert.Equal(1, rig.Ingest.LogRecords().Count(record => record.Kind == ReadingLogKind.Payload));

        disk.Break();
        await device.WriteAsync(FireUpload(9));
        Assert.Equal((Gb26875Command.Deny, 9), await ReadAnswerAsync(device));
    }

    [Theory]
    [InlineData("", "FieldProtocols:Sl651:Domain is empty: it must have 1 to 64 characters.")]
    [InlineData("a b", "FieldProtocols:Sl651:Domain is a b: it must be letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64.")]
    public void A_domain_that_no_topic_may_hold_is_told(string domain, string error) =>
        Assert.Equal([error], new FieldListenerOptions { Domain = domain }.Validate("FieldProtocols:Sl651"));

    private static byte[] FireUpload(ushort serial)
    {
        var now = TimeLabel.FromUtc(TimeProvider.System.GetUtcNow().UtcTicks);
        var output = new ArrayBufferWriter<byte>();
        Gb26875FrameWriter.Write(
            new Gb26875Header(serial, now, new(88), new(1), Gb26875Command.Send), new Gb26875UnitWriter().Begin(Gb26875UnitType.DeviceState).AddDeviceState(1, now).Unit, output);
        return output.WrittenSpan.ToArray();
    }

    private static async Task<(Gb26875Command Command, int Serial)> ReadAnswerAsync(NetworkStream stream)
    {
        byte[] answer = await ReadAsync(stream, Gb26875Frame.MinBytes);
        Assert.Null(Gb26875Frame.TryRead(answer, out var packet).Code);
        return (packet.Command, packet.Serial);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience);
        return bytes;
    }

    private static async Task<int> ReadOrResetAsync(NetworkStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
