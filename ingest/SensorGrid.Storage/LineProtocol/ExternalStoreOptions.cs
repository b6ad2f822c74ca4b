using System.ComponentModel.DataAnnotations;
using SensorGrid.Readings;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Settings of one external store. Every bound has a name here.</summary>
public sealed record ExternalStoreOptions
{
    /// <summary>Whose write interface it speaks. Must be given: nothing is sent anywhere unasked.</summary>
    public ExternalStoreKind? Kind { get; init; }

    /// <summary>Name in checkpoint, counters, messages and the folder of dead letters. Empty: the kind in lower case. Not to be changed later:
    /// under another name the store begins again at the first record of the log.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it is: <c>http://host:port</c>, with a path before its own where there is one. Without user, password and query:
    /// addresses are logged.</summary>
    public Uri? Url { get; init; }

    /// <summary>Path of the write interface below <see cref="Url"/>. Empty: <c>api/v2/write</c> for InfluxDb2, <c>write</c> for the others.
    /// VictoriaMetrics takes both.</summary>
    public string Path { get; init; } = "";

    /// <summary>InfluxDb2: organisation, by name or id.</summary>
    public string Org { get; init; } = "";

    /// <summary>InfluxDb2: bucket, by name or id.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>InfluxDb1: database. VictoriaMetrics: value of the label <c>db</c>, which it adds to every series; empty: no label.</summary>
    public string Database { get; init; } = "";

    /// <summary>InfluxDb1: retention policy. Empty: the database's own.</summary>
    public string RetentionPolicy { get; init; } = "";

    /// <summary>InfluxDb2: token that may write to the bucket. VictoriaMetrics: bearer token of the proxy before it. Better in a file, or in the
    /// environment: a command line can be read by others.</summary>
    public string Token { get; init; } = "";

    /// <summary>File that holds the token; read again whenever the store refuses it, so that a token can be renewed.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>InfluxDb1, VictoriaMetrics: user, where one is asked for.</summary>
    public string User { get; init; } = "";

    /// <summary>Password of the user. Better in a file.</summary>
    public string Password { get; init; } = "";

    /// <summary>File that holds the password; read again whenever the store refuses it.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Measurement of every point. One for all quantities, so that no quantity of the catalogue can fall on a table of somebody
    /// else's; VictoriaMetrics puts it before each name (<c>reading_value</c>).</summary>
    public string Measurement { get; init; } = "reading";

    /// <summary>Points at which a batch is sent. 5,000: what the makers of InfluxDB advise; more gains nothing, and a refused one must be searched.</summary>
    [Range(1, 100_000)]
    public int BatchPoints { get; init; } = 5000;

    /// <summary>Bytes of lines at which a batch is sent (the lines of one message may come on top). 1 MiB holds 5,000 ordinary points and is far
    /// below every server's limit; long texts fill it before the count does.</summary>
    [Range(4096, 16 * 1024 * 1024)]
    public int BatchBytes { get; init; } = 1024 * 1024;

    /// <summary>Age of the oldest point at which a batch is sent although it is not full. 1 s: a chart that is read by people. It is looked at
    /// when the log has something new, a clock tick at the latest (<c>Ingest:TickInterval</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan BatchAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether batches are compressed. On: lines repeat their tags, so some 30 times fewer bytes go over the wire for a few milliseconds.</summary>
    public bool Gzip { get; init; } = true;

    /// <summary>How long the store may take to answer. 30 s: a store that merges its files may pause for seconds; one that takes longer is down.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause after a failure that passes (not reachable, overloaded, broken); doubles each time, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest of these pauses. 30 s: soon enough after a restart of the store.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time the store may ask for by <c>Retry-After</c>; it gets this if it asks for more. 10 min: longer than any server means it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryAfterLongest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Pause after a refusal that a person must do something about (token, bucket, database, address). 1 min: it does not pass by itself,
    /// and the store's log should not fill with it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ConfigurationRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most requests spent on finding the lines that make the store refuse one batch. 256 find some 15 bad lines among 5,000; what is
    /// then still together goes to the dead letters together, and resending searches on.</summary>
    [Range(1, 100_000)]
    public int SearchRequests { get; init; } = 256;

    /// <summary>Disk space for the dead letters of this store. 64 MiB are some 200,000 lines. When it is full the store gets nothing more until
    /// somebody looks: what it refuses without end would otherwise be lost without end, and the log keeps the rest.</summary>
    [Range(64L * 1024, 1L << 40)]
    public long DeadLetterBytes { get; init; } = 64L << 20;

    /// <summary>The name in force: <see cref="Name"/>, else the kind in lower case.</summary>
    public string EffectiveName => Name.Length > 0 ? Name : Kind?.ToString().ToLowerInvariant() ?? "";

    /// <summary>Everything that is wrong with the settings, empty when they are usable. Names no secret.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        void Check(bool good, string message)
        {
            if (!good)
                errors.Add(message);
        }
        Check(Kind is not null, $"{nameof(Kind)} is missing; it is one of {string.Join(", ", Enum.GetNames<ExternalStoreKind>())}.");
        Check(Name.Length == 0 || Identifier.IsValid(Name), $"{nameof(Name)} is \"{Name}\"; it may be {Identifier.Rule}.");
        Check(Url is not null, $"{nameof(Url)} is missing; it is where the store is, such as http://127.0.0.1:8086.");
        Check(Url is null || Url.Scheme is "http" or "https", $"{nameof(Url)} must begin with http:// or https://.");
        Check(Url is null || Url.UserInfo.Length == 0, $"{nameof(Url)} must not carry user and password; put them into {nameof(User)} and {nameof(PasswordFile)}.");
        Check(Url is null || (Url.Query.Length == 0 && Url.Fragment.Length == 0), $"{nameof(Url)} must not carry a query; there are settings for what would stand in it.");
        Check(Identifier.IsValid(Measurement), $"{nameof(Measurement)} is \"{Measurement}\"; it may be {Identifier.Rule}.");
        Check(RetryLongest >= RetryFirst, $"{nameof(RetryLongest)} must not be below {nameof(RetryFirst)}.");
        Check(DeadLetterBytes >= 2L * BatchBytes, $"{nameof(DeadLetterBytes)} is {DeadLetterBytes}; it must hold two batches ({nameof(BatchBytes)}: {BatchBytes}).");
        Check(Token.Length == 0 || TokenFile.Length == 0, $"{nameof(Token)} and {nameof(TokenFile)} exclude each other.");
        Check(Password.Length == 0 || PasswordFile.Length == 0, $"{nameof(Password)} and {nameof(PasswordFile)} exclude each other.");
        Check(User.Length > 0 || (Password.Length == 0 && PasswordFile.Length == 0), $"{nameof(User)} is missing; there is a password.");
        Check(IsHeaderText(Token), $"{nameof(Token)} holds something else than visible ASCII characters, which no request can carry.");
        CheckSecret(Check, nameof(TokenFile), TokenFile, IsHeaderText);
        CheckSecret(Check, nameof(PasswordFile), PasswordFile, _ => true);
        CheckKind(Check);
        return errors;
    }

    /// <summary>Name and kind; never a secret, as the text of a record would.</summary>
    public override string ToString() => $"{EffectiveName} ({Kind})";

    private void CheckKind(Action<bool, string> check)
    {
        void Needs(string name, string value) => check(value.Length > 0, $"{name} is missing; {Kind} needs it.");
        void HasNo(string name, string value) => check(value.Length == 0, $"{name} is set; {Kind} has none.");
        if (Kind == ExternalStoreKind.InfluxDb2)
        {
            Needs(nameof(Org), Org);
            Needs(nameof(Bucket), Bucket);
            check(Token.Length > 0 || TokenFile.Length > 0, $"{nameof(Token)} is missing; give it, or {nameof(TokenFile)}.");
            HasNo(nameof(Database), Database);
            HasNo(nameof(User), User);
        }
        else if (Kind is not null)
        {
            HasNo(nameof(Org), Org);
            HasNo(nameof(Bucket), Bucket);
        }
        if (Kind == ExternalStoreKind.InfluxDb1)
        {
            Needs(nameof(Database), Database);
            HasNo(nameof(Token), Token + TokenFile);
        }
        else if (Kind is not null)
        {
            HasNo(nameof(RetentionPolicy), RetentionPolicy);
        }
        if (Kind == ExternalStoreKind.VictoriaMetrics)
            check(User.Length == 0 || Token.Length + TokenFile.Length == 0, $"{nameof(User)} and {nameof(Token)} exclude each other.");
    }

    private static void CheckSecret(Action<bool, string> check, string name, string file, Func<string, bool> isUsable)
    {
        if (file.Length == 0)
            return;
        try
        {
            string secret = SecretFile.Read(file);
            check(secret.Length > 0, $"{name}: {file} is empty.");
            check(isUsable(secret), $"{name}: {file} holds something else than one line of visible ASCII characters, which no request can carry.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            check(false, $"{name}: {file} cannot be read: {e.Message}");
        }
    }

    private static bool IsHeaderText(string secret) => !secret.AsSpan().ContainsAnyExceptInRange('!', '~');
}
