using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SensorGrid.FieldProtocols;
using SensorGrid.Simulators.FieldTools;
using SensorGrid.Simulators.FieldTools.Desk;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.Tests.FieldTools;

/// <summary>A centre and a station by hand against each other, over loopback.</summary>
public sealed class DesksTests
{
    [Theory]
    [InlineData("sl651", "39=28.961 26=311.3", "Z = 28.961 m", "current", "answered")]
    [InlineData("sl651", "33 39=29.1", "0012345678 33 (extra)", "elements 39", "answered")]
    [InlineData("sl651", "39=-", "Z = - m missing", "read-clock", "answered")]
    [InlineData("hj212", "w01018-Rtd=0.04", "w01018-Rtd = 0.04 kg/m3", "clock", "answered")]
    [InlineData("hj212", "2061 w01018-Avg=0.04", "hour/w01018-Avg = 0.04 kg/m3", "query 2061 2020-01-01T00:00:00Z 2099-01-01T00:00:00Z", "answered")]
    [InlineData("hj212", "2061 w01018-Avg=0.04", "hour/w01018-Avg = 0.04 kg/m3", "query 2031 2020-01-01T00:00:00Z 2020-01-02T00:00:00Z", "no_data")]
    [InlineData("gb26875", "part/1/1/30/0a000200:3.3=21.5", "part/1/1/30/0a000200/temperature = 21.5 Cel", "part-values 1/1/0a000200", "answered")]
    [InlineData("gb26875", "21=3", "device/fire = true", "part-values 9/9/0a000200", "denied")]
    public async Task A_station_reports_and_is_asked(string word, string report, string shown, string command, string outcome)
    {
        // A device of GB 26875 that denies is asked again three times, ten seconds apart: not waited for here.
        bool isSlow = outcome == "denied";
        await using var line = await Desks.StartAsync(word, IPAddress.Loopback);
        await line.Station.TypeAsync(report);
        await line.Centre.SeenAsync(shown);
        await line.Centre.TypeAsync(command);
        await line.Centre.SeenAsync(isSlow ? "6 (deny)" : $"command 1: {outcome}");
        await line.Station.TypeAsync("waiting");
        await line.Station.SeenAsync("0 reports are not acknowledged");
    }

    [Fact]
    public async Task A_person_on_duty_answers_the_roll_call()
    {
        await using var line = await Desks.StartAsync("gb26875", IPAddress.Loopback);
        await line.Centre.SeenAsync("(reply device version)");
        await line.Centre.TypeAsync("1 roll-call 5");
        await line.Station.SeenAsync("(control roll call)");
        await line.Station.TypeAsync("24=32");
        await line.Centre.SeenAsync("command 1: on_duty");
    }

    [Fact]
    public async Task Both_speak_over_IPv6_where_there_is_one()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        await using var line = await Desks.StartAsync("sl651", IPAddress.IPv6Loopback);
        await line.Station.TypeAsync("39=1");
        await line.Centre.SeenAsync("Z = 1 m");
        await line.Centre.TypeAsync("stations");
        await line.Centre.SeenAsync(": 0012345678");
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_the_line_goes_on()
    {
        await using var line = await Desks.StartAsync("sl651", IPAddress.Loopback);
        await line.Centre.TypeAsync("current");
        await line.Centre.SeenAsync("no station was heard yet");
        await line.Station.TypeAsync("ZZ=1");
        await line.Station.SeenAsync("readings[0].code");
        await line.Station.TypeAsync("39");
        await line.Station.SeenAsync("values are needed");
        await line.Station.TypeAsync("39=1");
        await line.Centre.SeenAsync("Z = 1 m");
        await line.Centre.TypeAsync("9999999999 current");
        await line.Centre.SeenAsync("neither a command (help lists them) nor a station");
        await line.Centre.TypeAsync("elements XX");
        await line.Centre.SeenAsync("no identifier of two or four hex digits");
        await line.Centre.TypeAsync("history 2026-01-02T00:00:00Z 2026-01-01T00:00:00Z");
        await line.Centre.SeenAsync("FROM is before UNTIL");
        await line.Centre.TypeAsync("current now");
        await line.Centre.SeenAsync("'now' is one argument too many");
        await line.Centre.TypeAsync("help");
        await line.Centre.SeenAsync("history FROM UNTIL");
    }

    [Fact]
    public async Task Reports_of_a_file_and_repeated_ones_follow_each_other()
    {
        await using var line = await Desks.StartAsync("sl651", IPAddress.Loopback, ["39=1", """{"function":"33","readings":[{"code":"39","value":2}]}"""], "39=3");
        await line.Centre.SeenAsync("Z = 1 m");
        await line.Centre.SeenAsync("Z = 2 m");
        await line.Centre.SeenAsync("Z = 3 m");
        await line.Centre.SeenAsync("#5 sent");
    }

    [Fact]
    public async Task A_file_with_what_is_no_report_is_refused_before_anything_is_sent()
    {
        using var desk = new StationDesk(
            ("127.0.0.1", 1), StationDesk.NewStation(FieldProtocol.Sl651, null, null), FieldFormats.Of("sl651"), new(FieldFormats.Of("sl651"), TextWriter.Null, TimeProvider.System, false), TimeProvider.System);
        await Assert.ThrowsAsync<FrameEncodeException>(() => desk.RunAsync(TextReader.Null, ["39=1", "39"], null, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    [Fact]
    public async Task Datagrams_are_answered_where_they_came_from()
    {
        await using var centre = new Desk("sl651", IPAddress.Loopback, withDatagrams: true, maxPeers: 1);
        byte[] frame = Convert.FromHexString("7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B042");
        for (int sender = 0; sender < 2; sender++)
        {
            // One line may be open: the second sender takes the place of the first.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(IPAddress.Loopback, centre.Port);
            await socket.SendAsync(frame);
            byte[] answer = new byte[1500];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            int length = await socket.ReceiveAsync(answer, SocketFlags.None, patience.Token);
            string confirmed = Assert.Single(Decodings.Of("sl651", 0).Decode(answer.AsMemory(0, length)));
            Assert.Contains("\"station\":\"0030746200\",\"function\":\"32\",\"serial\":17509", confirmed, StringComparison.Ordinal);
        }
        await centre.SeenAsync("PT = 311.3 mm");
    }

    [Fact]
    public async Task Who_ends_a_station_is_not_told_that_the_centre_did()
    {
        await using var line = await Desks.StartAsync("sl651", IPAddress.Loopback);
        await line.Station.SeenAsync("connected to");
        await line.Station.TypeAsync("quit");
        await line.Station.Ended;
        await line.Centre.SeenAsync("closed by the station");
        Assert.DoesNotContain("closed the line", line.Station.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_too_many_is_turned_away_and_noise_is_told()
    {
        await using var centre = new Desk("sl651", IPAddress.Loopback, maxPeers: 1);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(IPAddress.Loopback, centre.Port);
        await centre.SeenAsync("connected");
        using var second = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await second.ConnectAsync(IPAddress.Loopback, centre.Port);
        await centre.SeenAsync("--max-connections");
        byte[] broken = Convert.FromHexString("7E7E010030746200001232002F024465260701060036F1F1003074620048F0F02607010600261900311345200060048138121287FF090820FF3311020503B043");
        await first.SendAsync(broken);
        await centre.SeenAsync("crc_mismatch");
        await centre.TypeAsync("quit");
        await centre.Ended;
    }

    [Theory]
    [InlineData("127.0.0.1:9651", "127.0.0.1", 9651)]
    [InlineData("[::1]:9651", "::1", 9651)]
    [InlineData("centre.example:1", "centre.example", 1)]
    [InlineData("::1:9651", null, 0)]
    [InlineData("host", null, 0)]
    [InlineData(":1", null, 0)]
    [InlineData("host:0", null, 0)]
    [InlineData("host:65536", null, 0)]
    public void Targets_are_host_and_port(string text, string? host, int port)
    {
        Assert.Equal(host is not null, StationDesk.TryParseTarget(text, out var target));
        if (host is not null)
            Assert.Equal((host, port), target);
    }

    [Theory]
    [InlineData(FieldProtocol.Sl651, "12", null, "--id")]
    [InlineData(FieldProtocol.Sl651, null, "12345", "--password")]
    [InlineData(FieldProtocol.Hj212, "A;B", null, "--id")]
    [InlineData(FieldProtocol.Gb26875, "x", null, "--id")]
    public void Who_a_station_is_must_be_possible(FieldProtocol protocol, string? id, string? password, string field) =>
        Assert.Equal(field, Assert.Throws<FrameEncodeException>(() => StationDesk.NewStation(protocol, id, password)).Field);

    private sealed class Desks(Desk centre, Desk station) : IAsyncDisposable
    {
        public Desk Centre => centre;

        public Desk Station => station;

        public static async Task<Desks> StartAsync(string word, IPAddress address, IReadOnlyList<string>? reports = null, string? repeated = null)
        {
            var centre = new Desk(word, address);
            var station = new Desk(word, (address.ToString(), centre.Port), reports ?? [], repeated);
            await centre.SeenAsync("connected");
            return new(centre, station);
        }

        public async ValueTask DisposeAsync()
        {
            await station.DisposeAsync();
            await centre.DisposeAsync();
        }
    }

    // A desk with what is typed and what is shown.
    private sealed class Desk : IAsyncDisposable
    {
        private readonly Pipe typed = new();
        private readonly SeenLines seen = new();
        private readonly CancellationTokenSource stop = new();
        private readonly List<Socket> sockets = [];

        public Desk(string word, IPAddress address, bool withDatagrams = false, int maxPeers = 64)
        {
            var format = FieldFormats.Of(word);
            var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            sockets.Add(listener);
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            if (withDatagrams)
            {
                var datagrams = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                datagrams.Bind(new IPEndPoint(address, Port));
                sockets.Add(datagrams);
            }
            Ended = RunAsync(async () =>
            {
                using var desk = new CentreDesk(format, new(format, seen, TimeProvider.System, true), TimeProvider.System, maxPeers);
                await desk.RunAsync([listener], [.. sockets.Skip(1)], new StreamReader(typed.Reader.AsStream()), stop.Token);
            });
        }

        public Desk(string word, (string Host, int Port) target, IReadOnlyList<string> reports, string? repeated)
        {
            var format = FieldFormats.Of(word);
            Ended = RunAsync(async () =>
            {
                using var desk = new StationDesk(
                    target, StationDesk.NewStation(format.Protocol, null, null), format, new(format, seen, TimeProvider.System, false), TimeProvider.System);
                await desk.RunAsync(new StreamReader(typed.Reader.AsStream()), reports, repeated, TimeSpan.FromMilliseconds(20), stop.Token);
            });
        }

        public int Port { get; }

        public Task Ended { get; }

        public async Task TypeAsync(string line) => await typed.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

        public Task SeenAsync(string text) => seen.SeenAsync(text);

        public string Shown => seen.All;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Ended.WaitAsync(TimeSpan.FromSeconds(30));
            foreach (var socket in sockets)
                socket.Dispose();
            stop.Dispose();
        }

        private static Task RunAsync(Func<Task> work) => Task.Run(work);
    }

    // What was written, and a way to wait for it: each text is looked for behind all that was written so far.
    private sealed class SeenLines() : TextWriter(CultureInfo.InvariantCulture)
    {
        private readonly StringBuilder all = new();
        private readonly Lock gate = new();
        private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Encoding Encoding => Encoding.UTF8;

        public string All
        {
            get
            {
                lock (gate)
                    return all.ToString();
            }
        }

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            lock (gate)
            {
                all.Append(value);
                changed.TrySetResult();
            }
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public async Task SeenAsync(string text)
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (all.ToString().Contains(text, StringComparison.Ordinal))
                        return;
                    if (changed.Task.IsCompleted)
                        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    next = changed.Task;
                }
                try
                {
                    await next.WaitAsync(TimeSpan.FromSeconds(30));
                }
                catch (TimeoutException)
                {
                    Assert.Fail($"'{text}' was not seen in:\n{all}");
                }
            }
        }
    }
}
