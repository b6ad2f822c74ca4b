using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Service.Commands;

/// <summary><c>password-hash</c>: a password, typed or piped in and never an argument, which everybody on the machine could read → its hash, for
/// <c>Mqtt:Accounts</c> or as lines of <c>Mqtt:Access:GatewayPasswordFile</c>.</summary>
/// <param name="readPassword">Asks for it with a prompt; null at the end of the input.</param>
/// <param name="output">Gets the hash, or a line for each gateway, and nothing else.</param>
/// <param name="progress">Gets words for people.</param>
internal sealed class PasswordHashCommand(Func<string, string?> readPassword, Stream output, TextWriter progress)
{
    /// <summary>Rounds for a generated password of a gateway: nobody guesses 192 bits whatever one guess costs, and after a power cut thousands of gateways sign in at once.</summary>
    public const int GeneratedGatewayRounds = PasswordHash.LeastIterations;

    private const int GeneratedBytes = 24;

    /// <param name="generate">Whether passwords are made.</param>
    /// <param name="rounds">Rounds of PBKDF2; null for what is usual.</param>
    /// <param name="gateways">Whose passwords they are; none for an account's.</param>
    public int Run(bool generate, int? rounds, IReadOnlyList<string> gateways)
    {
        int taken = rounds ?? (generate && gateways.Count > 0 ? GeneratedGatewayRounds : PasswordHash.DefaultIterations);
        if (taken is < PasswordHash.LeastIterations or > PasswordHash.MostIterations)
            throw Wrong($"--rounds is {taken}; it may be {PasswordHash.LeastIterations} to {PasswordHash.MostIterations}.");
        if (gateways.FirstOrDefault(gateway => !Identifier.IsValid(gateway)) is { } wrong)
            throw Wrong($"--gateway is \"{wrong}\": the id of a gateway is {Identifier.Rule}.");
        if (gateways.Count > 1 && !generate)
            throw Wrong($"--gateway is given for {gateways.Count} gateways: a typed password is for one. --generate makes one for each.");
        if (gateways.Count == 0)
            Write(Hash(generate, taken, "Password"));
        foreach (string gateway in gateways)
            Write($"{gateway}:{Hash(generate, taken, $"Password of {gateway}")}");
        output.Flush();
        return 0;
    }

    private PasswordHash Hash(bool generate, int rounds, string what)
    {
        byte[] password = Encoding.UTF8.GetBytes(generate ? Generate(what) : readPassword($"{what}: ") ?? "");
        return password.Length >= PasswordHash.LeastPasswordBytes
            ? PasswordHash.Create(password, rounds)
            : throw Wrong($"The password has {password.Length} bytes; it needs {PasswordHash.LeastPasswordBytes} at least. --generate makes one.");
    }

    private string Generate(string what)
    {
        string password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(GeneratedBytes));
        progress.WriteLine($"{what}, shown this once: {password}");
        return password;
    }

    private void Write(object line) => output.Write(Encoding.ASCII.GetBytes($"{line}\n"));

    private static StartException Wrong(string reason) => new([reason], ExitCode.WrongSettings);
}
