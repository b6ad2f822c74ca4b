using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Readings.IO;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>The passwords of gateways: a file of lines <c>gateway:hash</c>, as <c>password-hash --gateway</c> prints them; empty lines and lines that begin with # say
/// nothing. It is read again when it has changed. One that cannot be used then changes nothing: a file that is being replaced, or that somebody spoiled, neither
/// keeps gateways out nor lets any in. Thread-safe.</summary>
internal sealed class GatewayPasswords
{
    /// <summary>Most bytes of the file: some 500,000 gateways.</summary>
    public const int MaxFileBytes = 64 << 20;

    private readonly string file;
    private readonly HashSet<string> accounts;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private volatile Dictionary<string, StoredPassword> passwords = [];
    private FileStamp stamp;

    private GatewayPasswords(string file, HashSet<string> accounts, ILogger logger) => (this.file, this.accounts, this.logger) = (file, accounts, logger);

    /// <summary>Most rounds that one of its hashes takes.</summary>
    public int MostRounds { get; private set; }

    /// <summary>Reads the file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="accounts">Names that are taken: user names of accounts.</param>
    /// <param name="logger">Told of changes that cannot be used.</param>
    /// <param name="errors">Gets all that is wrong, one sentence each, up to twenty.</param>
    /// <returns>Null when anything is wrong.</returns>
    public static GatewayPasswords? Read(string file, IEnumerable<string> accounts, ILogger logger, List<string> errors)
    {
        var read = new GatewayPasswords(file, accounts.ToHashSet(StringComparer.Ordinal), logger);
        return read.TryRead(errors) ? read : null;
    }

    /// <summary>The password of a gateway; null when it has none.</summary>
    public StoredPassword? Find(string gateway)
    {
        lock (gate)
        {
            if (FileStamp.Of(file) != stamp)
                Refresh_NeedsLock();
        }
        return passwords.GetValueOrDefault(gateway);
    }

    private void Refresh_NeedsLock()
    {
        var errors = new List<string>();
        if (TryRead(errors))
            Log.GatewayPasswordsRead(logger, file, passwords.Count);
        else
            Log.GatewayPasswordsUnusable(logger, file, string.Join(' ', errors));
    }

    private bool TryRead(List<string> errors)
    {
        stamp = FileStamp.Of(file);
        int before = errors.Count;
        var read = new Dictionary<string, StoredPassword>(StringComparer.Ordinal);
        if (SecretFile.ReadLines(file, MaxFileBytes, errors) is { } lines)
        {
            for (int i = 0; i < lines.Length && errors.Count < before + 20; i++)
                ReadLine(lines[i].Trim(), i + 1, read, errors);
        }
        if (errors.Count > before)
            return false;
        MostRounds = read.Values.Select(password => password.Hash.Iterations).DefaultIfEmpty().Max();
        passwords = read;
        return true;
    }

    private void ReadLine(string line, int number, Dictionary<string, StoredPassword> read, List<string> errors)
    {
        if (line.Length == 0 || line[0] == '#')
            return;
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string gateway = colon < 0 ? "" : line[..colon];
        if (!Identifier.IsValid(gateway))
            errors.Add($"{file}:{number}: a line is the id of a gateway ({Identifier.Rule}), a colon and a hash; password-hash --gateway ID makes one.");
        else if (!PasswordHash.TryParse(line[(colon + 1)..].Trim(), out var hash))
            errors.Add($"{file}:{number}: {gateway} has no hash of the form pbkdf2-sha512.ROUNDS.SALT.HASH; password-hash --gateway {gateway} makes one.");
        else if (accounts.Contains(gateway))
            errors.Add($"{file}:{number}: {gateway} is the name of one of Mqtt:Accounts as well; a user name is one or the other.");
        else if (!read.TryAdd(gateway, Keep(gateway, hash)))
            errors.Add($"{file}:{number}: {gateway} has a line before; each gateway has one.");
    }

    // What was recognised stays so when the line is as it was.
    private StoredPassword Keep(string gateway, PasswordHash hash) =>
        passwords.GetValueOrDefault(gateway) is { } before && before.Hash.ToString() == hash.ToString() ? before : new(hash);
}
