using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Accounts;

public sealed class PasswordHashTests
{
    [Fact]
    public void A_hash_that_is_read_back_knows_its_password_and_no_other()
    {
        var hash = PasswordHash.Create("correct horse"u8, PasswordHash.LeastIterations);

        Assert.True(PasswordHash.TryParse(hash.ToString(), out var read));
        Assert.True(read.Matches("correct horse"u8));
        Assert.False(read.Matches("correct horsf"u8));
        Assert.False(read.Matches(""u8));
        Assert.NotEqual(hash.ToString(), PasswordHash.Create("correct horse"u8, PasswordHash.LeastIterations).ToString());
        Assert.DoesNotContain(hash.ToString(), sign => !char.IsAsciiLetterOrDigit(sign) && sign is not ('.' or '-' or '_'));
    }

    /// <summary>HMAC-SHA-512 as the standard has it: a value of Python's hashlib.</summary>
    [Fact]
    public void The_hash_is_PBKDF2_as_others_compute_it()
    {
        // hashlib.pbkdf2_hmac("sha512", b"password", bytes(range(16)), 10000, 32)
        const string Known = "pbkdf2-sha512.10000.AAECAwQFBgcICQoLDA0ODw.XlmEypBaVSQjizWYccEtwiA2kxgcZYBAF-jF_8AHNfM";

        Assert.True(PasswordHash.TryParse(Known, out var hash));
        Assert.True(hash.Matches("password"u8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("pbkdf2-sha512.9999.AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8")]
    [InlineData("pbkdf2-sha512.2000001.AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8")]
    [InlineData("pbkdf2-sha1.210000.AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8")]
    [InlineData("pbkdf2-sha512.210000.AAEC.AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8")]
    [InlineData("pbkdf2-sha512.210000.AAECAwQFBgcICQoLDA0ODw.AAEC")]
    [InlineData("pbkdf2-sha512.210000.AAECAwQFBgcICQoLDA0ODw.!!!")]
    public void Other_texts_are_no_hashes(string? text) => Assert.False(PasswordHash.TryParse(text, out _));

    [Fact]
    public void Options_that_cannot_be_used_are_refused_with_all_reasons()
    {
        string file = Path.GetTempFileName();
        try
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            string hash = PasswordHash.Create(Encoding.UTF8.GetBytes("x"), PasswordHash.LeastIterations).ToString();
            var options = new MqttAccessOptions
            {
                Accounts =
                [
                    new() { Name = "a b", PasswordHash = hash },
                    new() { Name = "anonymous", PasswordHash = hash },
                    new() { Name = "none" },
                    new() { Name = "plain", PasswordHash = "secret" },
                    new() { Name = "seen", PasswordHashFile = file },
                    new() { Name = "gone", PasswordHashFile = file + ".gone" },
                    new() { Name = "filters", PasswordHash = hash, Subscribe = ["a#", "$share/g/a"], Publish = ["#", "sensorgrid/+/v1/x", "$SYS/x", "city/#"] },
                    new() { Name = "none", PasswordHash = hash },
                ],
            };

            string[] errors = [.. options.ValidateAccounts()];

            string[] expected =
            [
                "Mqtt:Accounts:0:Name is \"a b\"", "Mqtt:Accounts:1:Name is \"anonymous\"", "Mqtt:Accounts:2:PasswordHash or PasswordHashFile",
                "Mqtt:Accounts:3:PasswordHash holds no hash", "Mqtt:Accounts:4:PasswordHashFile: " + file + " can be read", "Mqtt:Accounts:5:PasswordHashFile",
                "Mqtt:Accounts:6:Subscribe holds \"a#\"", "Mqtt:Accounts:6:Subscribe holds \"$share/g/a\"", "Mqtt:Accounts:6:Publish holds #",
                "Mqtt:Accounts:6:Publish holds sensorgrid/+/v1/x", "Mqtt:Accounts:6:Publish holds $SYS/x", "Mqtt:Accounts: 2 of them are named \"none\"",
            ];
            Assert.Equal(expected.Length, errors.Length);
            Assert.All(expected.Zip(errors), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
            Assert.DoesNotContain(errors, error => error.Contains("secret", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
