using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;

namespace SensorGrid.Ingest.Service.Commands;

/// <summary><c>password-hash</c>: a password, typed or piped in and never an argument, which everybody on the machine could read → its hash for
/// <c>Mqtt:Accounts</c>.</summary>
/// <param name="readPassword">Asks for it with a prompt; null at the end of the input.</param>
/// <param name="output">Gets the hash and nothing else.</param>
/// <param name="progress">Gets words for people.</param>
internal sealed class PasswordHashCommand(Func<string, string?> readPassword, Stream output, TextWriter progress)
{
    private const int GeneratedBytes = 24;

    public int Run(bool generate, int rounds)
    {
        if (rounds is < PasswordHash.LeastIterations or > PasswordHash.MostIterations)
            throw new StartException([$"--rounds is {rounds}; it may be {PasswordHash.LeastIterations} to {PasswordHash.MostIterations}."], ExitCode.WrongSettings);
        byte[] password = Encoding.UTF8.GetBytes(generate ? Generate() : readPassword("Password: ") ?? "");
        if (password.Length < PasswordHash.LeastPasswordBytes)
            throw new StartException([$"The password has {password.Length} bytes; it needs {PasswordHash.LeastPasswordBytes} at least. --generate makes one."], ExitCode.WrongSettings);
        output.Write(Encoding.ASCII.GetBytes($"{PasswordHash.Create(password, rounds)}\n"));
        output.Flush();
        return 0;
    }

    private string Generate()
    {
        string password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(GeneratedBytes));
        progress.WriteLine($"Password, shown this once: {password}");
        return password;
    }
}
