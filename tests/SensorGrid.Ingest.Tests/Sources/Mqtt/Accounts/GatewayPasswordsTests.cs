using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Accounts;

/// <summary>Gateways that sign in: the file, and who gets in by it.</summary>
public sealed class GatewayPasswordsTests : IDisposable
{
    private static readonly string Right = PasswordHash.Create("right"u8, PasswordHash.LeastIterations).ToString();
    private static readonly string Other = PasswordHash.Create("other"u8, PasswordHash.LeastIterations).ToString();

    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("sensorgrid-passwords-").FullName, "gateways.txt");
    private int written;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Theory]
    [InlineData("a", "a", "right", "")]
    [InlineData("a:main", "a", "right", "")]
    [InlineData("b", "b", "other", "")]
    [InlineData("a", "a", "wrong", "bad_credentials")]
    [InlineData("a", "a", "", "bad_credentials")]
    [InlineData("a", "A", "right", "bad_credentials")]
    [InlineData("a", "nobody", "right", "bad_credentials")]
    [InlineData("a", null, null, "password_missing")]
    [InlineData("stranger", null, null, "password_missing")]
    [InlineData("b", "a", "right", "client_id_not_of_user")]
    [InlineData("no/gateway", "a", "right", "client_id_not_of_user")]
    [InlineData("a", "dispatch", "right", "")]
    [InlineData("dispatch", null, null, "password_missing")]
    public async Task A_gateway_signs_in_with_its_id_and_its_own_password(string clientId, string? user, string? password, string refusal)
    {
        Write("# gateways of the water company", $"a:{Right}", "", $"  b:{Other}  ");
        var access = Access();

        var decision = await access.ConnectAsync(Request(clientId, user, password), CancellationToken.None);

        Assert.Equal(refusal, decision.Word);
        Assert.Equal(refusal.Length == 0, decision.Principal is not null);
        if (decision.Principal is { } principal)
            Assert.Equal((user == "dispatch" ? "dispatch/a" : clientId, user == "dispatch" ? null : clientId.Split(':')[0]), (principal.ClientId, principal.BoundGateway));
        else
            Assert.Equal(refusal == "client_id_not_of_user" ? MqttReasonCode.ClientIdentifierNotValid : MqttReasonCode.BadUserNameOrPassword, decision.Reason);
    }

    [Theory]
    [InlineData("a", null, "password_missing")]
    [InlineData("a", "right", "")]
    [InlineData("new", null, "")]
    [InlineData("new", "right", "bad_credentials")]
    public async Task For_a_while_those_without_a_line_may_come_without(string gateway, string? password, string refusal)
    {
        Write($"a:{Right}");
        var access = Access(allowWithout: true);

        Assert.Equal(refusal, (await access.ConnectAsync(Request(gateway, password is null ? null : gateway, password), CancellationToken.None)).Word);
    }

    [Theory]
    [InlineData("a", null, null, "")]
    [InlineData("a", "a", "right", "")]
    [InlineData("b", null, null, "certificate_name_mismatch")]
    [InlineData("b", "b", "other", "certificate_name_mismatch")]
    public async Task A_certificate_stands_for_a_password_and_must_fit_it(string clientId, string? user, string? password, string refusal)
    {
        Write($"a:{Right}", $"b:{Other}");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var certificate = X509CertificateLoader.LoadCertificate(made.RawData);

        Assert.Equal(refusal, (await Access().ConnectAsync(Request(clientId, user, password) with { Certificate = certificate }, CancellationToken.None)).Word);
    }

    [Fact]
    public async Task A_changed_file_counts_at_the_next_connect_and_a_spoiled_one_changes_nothing()
    {
        Write($"a:{Right}", $"b:{Right}");
        var access = Access();
        Assert.Equal(["", ""], await WordsAsync(access, "right"));

        Write($"a:{Other}", "b:nonsense");
        Assert.Equal(["", ""], await WordsAsync(access, "right"));

        Write($"a:{Other}", $"b:{Right}");
        // Also what was recognised is no longer right.
        Assert.Equal(["bad_credentials", ""], await WordsAsync(access, "right"));
        Assert.Equal(["", "bad_credentials"], await WordsAsync(access, "other"));

        File.Delete(file);
        Assert.Equal(["", "bad_credentials"], await WordsAsync(access, "other"));
        Write($"b:{Other}");
        Assert.Equal(["bad_credentials", ""], await WordsAsync(access, "other"));
    }

    [Fact]
    public void All_that_is_wrong_with_the_file_is_told_with_its_line()
    {
        Write($"a:{Right}", "b", "c:pbkdf2-sha512.1.x.y", $"a:{Other}", $"dispatch:{Right}", $"no gateway:{Right}");

        string[] errors = [.. Options().ValidateAccounts().Select(error => error.Replace(file, "FILE", StringComparison.Ordinal))];

        Assert.Equal(5, errors.Length);
        Assert.All(errors, error => Assert.StartsWith("Mqtt:Access:GatewayPasswordFile: FILE:", error, StringComparison.Ordinal));
        Assert.Contains("FILE:2: a line is the id of a gateway", errors[0], StringComparison.Ordinal);
        Assert.Contains("FILE:3: c has no hash", errors[1], StringComparison.Ordinal);
        Assert.Contains("FILE:4: a has a line before", errors[2], StringComparison.Ordinal);
        Assert.Contains("FILE:5: dispatch is the name of one of Mqtt:Accounts", errors[3], StringComparison.Ordinal);
        Assert.Contains("FILE:6: a line is", errors[4], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_for_everybody_s_eyes_is_refused_and_one_that_is_not_there_too()
    {
        Assert.Contains("gateways.txt", Assert.Single(Options().ValidateAccounts()), StringComparison.Ordinal);
        Write($"a:{Right}");
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod o-rw", Assert.Single(Options().ValidateAccounts()), StringComparison.Ordinal);
    }

    [Fact]
    public void Gateways_without_a_password_need_a_file_of_those_with_one() =>
        Assert.Contains("GatewayPasswordFile", Assert.Single(new MqttAccessOptions { AllowGatewaysWithoutPassword = true }.ValidateAccounts()), StringComparison.Ordinal);

    private static async Task<string[]> WordsAsync(EndpointMqttAccess access, string password) =>
        [(await access.ConnectAsync(Request("a", "a", password), CancellationToken.None)).Word, (await access.ConnectAsync(Request("b", "b", password), CancellationToken.None)).Word];

    // Each time with a time stamp of its own: a test is quicker than the clock of some file systems.
    private void Write(params string[] lines)
    {
        File.WriteAllLines(file, lines);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(++written));
    }

    private MqttAccessOptions Options(bool allowWithout = false) => new()
    {
        Accounts = [new() { Name = "dispatch", PasswordHash = Right }],
        GatewayPasswordFile = file,
        AllowGatewaysWithoutPassword = allowWithout,
    };

    private EndpointMqttAccess Access(bool allowWithout = false) => EndpointMqttAccess.Create(Options(allowWithout), TimeProvider.System, NullLogger.Instance);

    private static MqttConnectRequest Request(string clientId, string? user, string? password) =>
        new(clientId, false, user, password is null ? null : Encoding.UTF8.GetBytes(password), null, IPAddress.Parse("192.0.2.1"));
}
