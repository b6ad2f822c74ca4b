using Microsoft.Extensions.Configuration;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class ServiceOptionsReaderTests
{
    [Fact]
    public void Without_settings_it_listens_on_loopback_only()
    {
        var (options, settings) = Read();

        Assert.Empty(settings.Errors);
        Assert.Equal("127.0.0.1:8080", options.Http.Listen.ToString());
        Assert.False(options.Clock.Simulated);
    }

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var (_, settings) = Read(
            ("Http:Listen", "nowhere"), ("Http:MaxStreams", "0"), ("Http:Heartbeat", "5"), ("Http:MaxStrems", "7"),
            ("Alarms:SnapshotRecords", "many"), ("Catalogue:Folder", "/there/is/no/such/folder"), ("Clock:Start", "2026-01-01T00:00:00Z"));

        string[] keys = ["Http:Listen", "Http:MaxStreams", "Http:Heartbeat", "Http:MaxStrems", "Alarms:SnapshotRecords", "Catalogue:Folder", "Clock"];
        Assert.Equal(keys.Length, settings.Errors.Count);
        Assert.All(keys, key => Assert.Contains(settings.Errors, error => error.StartsWith($"{key}:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_slip_in_a_name_is_an_error_that_names_the_right_one()
    {
        var (_, settings) = Read(("Alarms:SnapshotRecord", "5000"));

        Assert.Contains("did you mean Alarms:SnapshotRecords?", Assert.Single(settings.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("*:8080")]
    [InlineData("192.0.2.7:8080")]
    [InlineData("[fd00::7]:8080")]
    public void An_address_others_can_reach_is_refused_unless_allowed(string address)
    {
        Assert.Contains("Security:AllowAnonymousNetwork=true", Assert.Single(Read(("Http:Listen", address)).Settings.Errors), StringComparison.Ordinal);
        Assert.Empty(Read(("Http:Listen", address), ("Security:AllowAnonymousNetwork", "true")).Settings.Errors);
    }

    [Fact]
    public void Where_every_gateway_signs_in_MQTT_may_be_reached_by_others()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("sensorgrid-options-").FullName, "passwords.txt");
        try
        {
            File.WriteAllText(file, $"water-gw-1:{PasswordHash.Create("a passphrase"u8, PasswordHash.LeastIterations)}\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (string, string) listen = ("Mqtt:Listen", "0.0.0.0:1883"), passwords = ("Mqtt:Access:GatewayPasswordFile", file);

            Assert.Contains("Mqtt:Access:GatewayPasswordFile", Assert.Single(Read(listen).Settings.Errors), StringComparison.Ordinal);
            Assert.Empty(Read(listen, passwords).Settings.Errors);
            Assert.Contains("Mqtt:Listen", Assert.Single(Read(listen, passwords, ("Mqtt:Access:AllowGatewaysWithoutPassword", "true")).Settings.Errors), StringComparison.Ordinal);
            Assert.Contains("Http:Listen", Assert.Single(Read(("Http:Listen", "0.0.0.0:8080"), passwords).Settings.Errors), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("FieldProtocols:Sl651:Listen")]
    [InlineData("FieldProtocols:Gb26875:Udp")]
    public void So_are_the_addresses_of_stations(string key)
    {
        Assert.Contains("Security:AllowAnonymousNetwork=true", Assert.Single(Read((key, "0.0.0.0:9651")).Settings.Errors), StringComparison.Ordinal);
        Assert.Empty(Read((key, "0.0.0.0:9651"), ("Security:AllowAnonymousNetwork", "true")).Settings.Errors);
        Assert.Empty(Read((key, "127.0.0.1:9651")).Settings.Errors);
    }

    [Fact]
    public void A_field_protocol_is_off_without_an_address_and_has_its_own_domain()
    {
        var (options, _) = Read(("FieldProtocols:Sl651:Listen", "127.0.0.1:0"), ("FieldProtocols:Gb26875:Domain", "a b"));
        Assert.Equal(["Sl651"], options.FieldProtocols.Where(protocol => protocol.IsOn).Select(protocol => protocol.Name));
        Assert.Equal("water", options.FieldProtocols.Single(protocol => protocol.Name == "Sl651").Bounds.Domain);
        Assert.StartsWith("FieldProtocols:Gb26875:Domain", Assert.Single(Read(("FieldProtocols:Gb26875:Domain", "a b")).Settings.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_come_as_one_line_or_as_items()
    {
        Assert.Equal(["a.example", "b.example"], Read(("Http:AllowedHosts", "a.example, b.example")).Options.Http.AllowedHosts);
        Assert.Equal(["a.example", "b.example"], Read(("Http:AllowedHosts:0", "a.example"), ("Http:AllowedHosts:1", "b.example")).Options.Http.AllowedHosts);
    }

    [Fact]
    public void External_stores_are_numbered_sections()
    {
        var (options, settings) = Read(
            ("Stores:0:Kind", "influxdb2"), ("Stores:0:Url", "https://tsdb.example:8086"), ("Stores:0:Org", "city"), ("Stores:0:Bucket", "b"), ("Stores:0:Token", "t"),
            ("Stores:1:Kind", "VictoriaMetrics"), ("Stores:1:Name", "vm"), ("Stores:1:Url", "http://127.0.0.1:8428"), ("Stores:1:BatchAge", "250ms"));

        Assert.Empty(settings.Errors);
        Assert.Equal(["influxdb2", "vm"], options.Stores.Select(store => store.EffectiveName));
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Stores[1].BatchAge);
    }

    [Fact]
    public void Every_error_of_every_external_store_is_told_at_once_and_no_secret()
    {
        var (_, settings) = Read(
            ("Stores:0:Kind", "InfluxDb2"), ("Stores:0:Url", "http://user:hidden1@host"), ("Stores:0:Token", "hidden2 hidden2"), ("Stores:0:BatchPoints", "0"),
            ("Stores:0:TokenFile", "/there/is/no/such/file"), ("Stores:1:Url", "mqtt://host/?x=1"), ("Stores:1:Pasword", "hidden3"),
            ("Stores:2:Kind", "InfluxDb1"), ("Stores:2:Name", "a/b"), ("Stores:2:Url", "http://host"), ("Stores:2:Password", "hidden4"), ("Stores:2:Bucket", "b"),
            ("Stores:3:Kind", "VictoriaMetrics"), ("Stores:3:Url", "http://a"), ("Stores:4:Kind", "VictoriaMetrics"), ("Stores:4:Url", "http://b"));

        string[] said =
        [
            "Stores:0:BatchPoints: 0", "Stores:0:Url must not carry user", "Stores:0:Token and TokenFile exclude", "Stores:0:Token holds", "Stores:0:TokenFile: /there",
            "Stores:0:Org is missing", "Stores:0:Bucket is missing", "Stores:1:Pasword: there is no such setting; did you mean Stores:1:Password?",
            "Stores:1:Kind is missing", "Stores:1:Url must begin", "Stores:1:Url must not carry a query", "Stores:2:Name is \"a/b\"", "Stores:2:User is missing",
            "Stores:2:Database is missing", "Stores:2:Bucket is set", "Stores: 2 of them are named \"victoriametrics\"",
        ];
        Assert.All(said, start => Assert.Contains(settings.Errors, error => error.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(said.Length, settings.Errors.Count);
        Assert.DoesNotContain(settings.Errors, error => error.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void A_store_whose_number_leaves_a_gap_is_an_error() =>
        Assert.StartsWith("Stores:1:Kind: there is no such setting", Assert.Single(Read(("Stores:1:Kind", "VictoriaMetrics")).Settings.Errors), StringComparison.Ordinal);

    [Fact]
    public void How_a_centre_talks_to_stations_is_set_by_protocol()
    {
        var (options, settings) = Read(
            ("FieldProtocols:Sl651:AnswerTimeout", "20s"), ("FieldProtocols:Sl651:HoldsStations", "false"), ("FieldProtocols:Sl651:SlotTimes", "Last"),
            ("FieldProtocols:Hj212:Resends", "5"), ("FieldProtocols:Hj212:AcceptModbusCrc", "true"),
            ("FieldProtocols:Gb26875:PollEvery", "10min"), ("FieldProtocols:Gb26875:ReservedBits", "true"));

        Assert.Empty(settings.Errors);
        var (sl651, hj212, gb26875) = (options.FieldProtocols[0], options.FieldProtocols[1], options.FieldProtocols[2]);
        Assert.Equal((TimeSpan.FromSeconds(20), false), (sl651.Centre.Sl651.AnswerTimeout, sl651.Centre.Sl651.HoldsStations));
        Assert.Equal("Last", sl651.Reader.Sl651.SlotTimes.ToString());
        Assert.Equal(5, hj212.Centre.Hj212.Resends);
        Assert.True(hj212.Reader.Hj212.Of("A"u8).AcceptModbusCrc);
        Assert.Same(hj212.Reader.Hj212, hj212.Centre.Hj212.Stations);
        Assert.Equal(TimeSpan.FromMinutes(10), gb26875.Centre.Gb26875.PollEvery);
        Assert.True(gb26875.Reader.Gb26875.ReservedBits);
    }

    [Theory]
    [InlineData("FieldProtocols:Sl651:AnswerTimeout", "0s")]
    [InlineData("FieldProtocols:Sl651:SlotTimes", "Sometimes")]
    [InlineData("FieldProtocols:Hj212:Resends", "100")]
    [InlineData("FieldProtocols:Hj212:AnswerTimeout", "1h")]
    [InlineData("FieldProtocols:Hj212:MaxStations", "0")]
    [InlineData("FieldProtocols:Hj212:KeyFile", "/there/is/no/such/file")]
    [InlineData("FieldProtocols:Hj212:PasswordFile", "/there/is/no/such/file")]
    [InlineData("FieldProtocols:Gb26875:RefillRecords", "103")]
    [InlineData("FieldProtocols:Gb26875:DataCommands", "0,7,3")]
    [InlineData("FieldProtocols:Gb26875:DataCommands", "256")]
    [InlineData("FieldProtocols:Gb26875:FirstSerial", "7")]
    [InlineData("FieldProtocols:Sl651:RefillElements", "26,GG")]
    [InlineData("FieldProtocols:Sl651:RefillElements", "26,FF")]
    [InlineData("FieldProtocols:Sl651:RefillStep", "90min")]
    [InlineData("FieldProtocols:Sl651:RefillStep", "0s")]
    [InlineData("FieldProtocols:Sl651:StationSlotTimes", "0030746200=Sometimes")]
    [InlineData("FieldProtocols:Sl651:StationSlotTimes", "0030746200=7")]
    [InlineData("FieldProtocols:Sl651:StationSlotTimes", "307462=Last")]
    [InlineData("FieldProtocols:Sl651:StationSlotTimes", "0030746200=Last,0030746200=First")]
    [InlineData("FieldProtocols:Hj212:RefillCommands", "2051,2071")]
    public void What_a_centre_cannot_do_names_its_setting(string key, string value) =>
        Assert.StartsWith(key + ":", Assert.Single(Read((key, value)).Settings.Errors), StringComparison.Ordinal);

    [Fact]
    public void Lists_of_field_protocols_stand_in_one_line_or_in_items()
    {
        var (options, settings) = Read(
            ("FieldProtocols:Sl651:RefillElements", "39, 1F"), ("FieldProtocols:Sl651:RefillStep", "5min"),
            ("FieldProtocols:Sl651:StationSlotTimes", "0030746200=last,00abcdef01=First"),
            ("FieldProtocols:Hj212:RefillCommands:0", "2011"), ("FieldProtocols:Hj212:RefillCommands:1", "2061"),
            ("FieldProtocols:Gb26875:DataCommands", "0,7"));

        Assert.Empty(settings.Errors);
        var (sl651, hj212, gb26875) = (options.FieldProtocols[0], options.FieldProtocols[1], options.FieldProtocols[2]);
        Assert.Equal([0x39, 0x1F], sl651.Centre.Sl651.RefillElements);
        Assert.Equal(new(0, 0, 5), sl651.Centre.Sl651.RefillStep);
        Assert.Equal("Last", sl651.Reader.Sl651.StationSlotTimes["0030746200"].ToString());
        Assert.Equal("First", sl651.Reader.Sl651.StationSlotTimes["00ABCDEF01"].ToString());
        Assert.Equal([2011, 2061], hj212.Centre.Hj212.RefillCommands);
        Assert.True(gb26875.Centre.Gb26875.DataCommands.SetEquals([(byte)0, (byte)7]));
    }

    [Fact]
    public void Keys_of_stations_come_from_a_file_and_are_never_told()
    {
        string folder = Directory.CreateTempSubdirectory("sensorgrid-options-").FullName;
        try
        {
            string file = Path.Combine(folder, "keys.txt");
            File.WriteAllText(file, "# keys\n\nA 0123456789abcdeffedcba9876543210\n* 00112233445566778899aabbccddeeff\n");
            var (options, settings) = Read(("FieldProtocols:Hj212:KeyFile", file), ("FieldProtocols:Hj212:AnswerAll", "true"));
            Assert.Empty(settings.Errors);
            var stations = options.FieldProtocols[1].Reader.Hj212;
            Assert.True(stations.HasCiphers);
            Assert.NotSame(stations.Of("A"u8).Cipher, stations.Of("B"u8).Cipher);
            Assert.NotNull(stations.Of("B"u8).Cipher);
            Assert.True(stations.Of("A"u8).AnswerAll);

            File.WriteAllText(file, "A 0123456789abcdef\nB 0123456789abcdeffedcba9876543210\nB 0123456789abcdeffedcba9876543210\n");
            var errors = Read(("FieldProtocols:Hj212:KeyFile", file)).Settings.Errors;
            Assert.Equal(2, errors.Count);
            Assert.Contains("line 1", errors[0], StringComparison.Ordinal);
            Assert.Contains("names B a second time", errors[1], StringComparison.Ordinal);
            Assert.All(errors, error => Assert.DoesNotContain("0123456789abcdef", error, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Passwords_of_stations_come_from_a_file_beside_their_keys_and_are_never_told()
    {
        string folder = Directory.CreateTempSubdirectory("sensorgrid-options-").FullName;
        try
        {
            string keys = Path.Combine(folder, "keys.txt"), file = Path.Combine(folder, "passwords.txt");
            File.WriteAllText(keys, "A 0123456789abcdeffedcba9876543210\n");
            File.WriteAllText(file, "# passwords\n\nA s3cret-a\nB s3cret-b\n* s3cret-c\n");
            var (options, settings) = Read(("FieldProtocols:Hj212:KeyFile", keys), ("FieldProtocols:Hj212:PasswordFile", file), ("FieldProtocols:Hj212:CheckPassword", "true"));
            Assert.Empty(settings.Errors);
            var stations = options.FieldProtocols[1].Centre.Hj212.Stations;
            Assert.Equal(3, new HashSet<object?> { stations.Of("A"u8).Password, stations.Of("B"u8).Password, stations.Of("C"u8).Password }.Count);
            Assert.Same(stations.Of("C"u8).Password, stations.Of("D"u8).Password);
            Assert.Equal((true, false, true), (stations.Of("A"u8).Cipher is not null, stations.Of("B"u8).Cipher is not null, stations.Of("B"u8).CheckPassword));
            Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);

            File.WriteAllText(file, "A s3cret,\nB s3cret\nB s3cret\nC s3cret more\n");
            var errors = Read(("FieldProtocols:Hj212:PasswordFile", file)).Settings.Errors;
            Assert.Equal(3, errors.Count);
            Assert.All(errors, error => Assert.StartsWith("FieldProtocols:Hj212:PasswordFile: line ", error, StringComparison.Ordinal));
            Assert.All(errors, error => Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Assert.Contains("PasswordFile", Assert.Single(Read(("FieldProtocols:Hj212:CheckPassword", "true")).Settings.Errors), StringComparison.Ordinal);
    }

    private static (ServiceOptions Options, SettingsReader Settings) Read(params (string Key, string Value)[] settings) =>
        ServiceOptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)).Append(new("Data:Folder", "data")))
            .Build());
}
